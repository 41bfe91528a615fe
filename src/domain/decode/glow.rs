//! The JSON that Hildebrand Glow publishes on local MQTT, as captured from owners' devices.
//!
//! Zero totals and zero prices mean that the value is unknown. The day, week and month counters reset
//! at 00:00 UTC and are not used.

use std::borrow::Cow;

use serde::Deserialize;

use super::clock::EventClock;
use super::collector::ObservationCollector;
use super::exact_decimal::ExactDecimal;
use super::{Dialect, Rejection};
use crate::domain::observation::DeviceStatus;
use crate::domain::register::{Direction, Fuel, Register, Unit};
use crate::domain::units::Moment;

#[derive(Deserialize)]
struct Meter<'a> {
    #[serde(borrow)]
    timestamp: Option<Cow<'a, str>>,
    #[serde(borrow)]
    energy: Option<Energy<'a>>,
    #[serde(borrow)]
    power: Option<Power<'a>>,
}

#[derive(Deserialize)]
struct Energy<'a> {
    #[serde(borrow)]
    import: Option<DirectionTotals<'a>>,
    #[serde(borrow)]
    export: Option<DirectionTotals<'a>>,
}

#[derive(Deserialize)]
struct DirectionTotals<'a> {
    cumulative: Option<ExactDecimal>,
    #[serde(borrow)]
    units: Option<Cow<'a, str>>,
    cumulativevol: Option<ExactDecimal>,
    #[serde(borrow)]
    cumulativevolunits: Option<Cow<'a, str>>,
    price: Option<GlowPrice>,
}

/// Pounds per kWh and per day.
#[derive(Deserialize)]
struct GlowPrice {
    unitrate: Option<ExactDecimal>,
    standingcharge: Option<ExactDecimal>,
}

#[derive(Deserialize)]
struct Power<'a> {
    value: Option<ExactDecimal>,
    #[serde(borrow)]
    units: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct State<'a> {
    #[serde(borrow)]
    timestamp: Option<Cow<'a, str>>,
    #[serde(borrow)]
    software: Option<Cow<'a, str>>,
    han: Option<HanStatus>,
}

#[derive(Deserialize)]
struct HanStatus {
    rssi: Option<i16>,
    lqi: Option<u8>,
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Rejection> {
    serde_json::from_str(json).map_err(|error| Rejection::malformed(Dialect::Glow, &error))
}

fn resolve_time(timestamp: Option<&str>, clock: EventClock) -> Result<Moment, Rejection> {
    let claimed =
        timestamp.map(|text| text.parse::<jiff::Timestamp>()).transpose().map_err(|error| {
            Rejection::malformed(Dialect::Glow, &format_args!("timestamp: {error}"))
        })?;
    clock.resolve(claimed.map(jiff::Timestamp::as_second))
}

pub(super) fn decode_electricity(
    json: &str,
    clock: EventClock,
    collector: &mut ObservationCollector,
) -> Result<(), Rejection> {
    let meter: Meter<'_> = parse(json)?;
    let at = resolve_time(meter.timestamp.as_deref(), clock)?;
    if let Some(energy) = &meter.energy {
        for (direction, totals) in
            [(Direction::Import, &energy.import), (Direction::Export, &energy.export)]
        {
            let Some(totals) = totals else { continue };
            if let Some(watt_hours) =
                in_thousandths("energy", totals.cumulative, totals.units.as_deref(), "kWh")?
            {
                collector.add_electricity(direction, 0, at, watt_hours);
            }
            if direction == Direction::Import {
                add_price(Fuel::Electricity, at, totals.price.as_ref(), collector);
            }
        }
    }
    if let Some(Power { value: Some(value), units }) = &meter.power {
        match units.as_deref().unwrap_or("kW") {
            "kW" => value.scaled(3),
            "W" => value.scaled(0),
            other => return Err(wrong_unit("power", other, "kW or W")),
        }
        .into_iter()
        .for_each(|watts| collector.add_demand(at, watts));
    }
    Ok(())
}

pub(super) fn decode_gas(
    json: &str,
    clock: EventClock,
    collector: &mut ObservationCollector,
) -> Result<(), Rejection> {
    let meter: Meter<'_> = parse(json)?;
    let at = resolve_time(meter.timestamp.as_deref(), clock)?;
    let Some(totals) = meter.energy.and_then(|energy| energy.import) else { return Ok(()) };
    let total = Register::total_import(Fuel::Gas);
    let volume = in_thousandths(
        "gas volume",
        totals.cumulativevol,
        totals.cumulativevolunits.as_deref(),
        "m3",
    )?;
    match volume.filter(|litres| *litres > 0) {
        Some(litres) => collector.add_register(Fuel::Gas, total, at, litres),
        None => {
            if let Some(watt_hours) =
                in_thousandths("gas energy", totals.cumulative, totals.units.as_deref(), "kWh")?
            {
                let register = Register { unit: Unit::WattHours, ..total };
                collector.add_register(Fuel::Gas, register, at, watt_hours);
            }
        }
    }
    add_price(Fuel::Gas, at, totals.price.as_ref(), collector);
    Ok(())
}

pub(super) fn decode_state(
    json: &str,
    clock: EventClock,
    collector: &mut ObservationCollector,
) -> Result<(), Rejection> {
    let state: State<'_> = parse(json)?;
    let at = resolve_time(state.timestamp.as_deref(), clock)?;
    let status = DeviceStatus {
        firmware: state.software.map(|text| text.chars().take(24).collect()),
        rssi: state.han.as_ref().and_then(|han| han.rssi),
        lqi: state.han.as_ref().and_then(|han| han.lqi),
    };
    collector.add_device_status(at, status);
    Ok(())
}

/// Converts a quantity to thousandths of the unit that the dialect uses.
fn in_thousandths(
    quantity: &'static str,
    value: Option<ExactDecimal>,
    units: Option<&str>,
    expected: &'static str,
) -> Result<Option<u64>, Rejection> {
    let Some(value) = value else { return Ok(None) };
    if let Some(found) = units.filter(|found| !found.eq_ignore_ascii_case(expected)) {
        return Err(wrong_unit(quantity, found, expected));
    }
    match value.scaled(3).map(u64::try_from) {
        Some(Ok(thousandths)) => Ok(Some(thousandths)),
        _ => Err(Rejection::malformed(
            Dialect::Glow,
            &format_args!("{quantity} has an invalid value, {value:?}"),
        )),
    }
}

fn add_price(
    fuel: Fuel,
    at: Moment,
    price: Option<&GlowPrice>,
    collector: &mut ObservationCollector,
) {
    if let Some(price) = price {
        let millipence = |pounds: &Option<ExactDecimal>| pounds.and_then(|pounds| pounds.scaled(5));
        collector.add_price(
            fuel,
            at,
            millipence(&price.unitrate),
            millipence(&price.standingcharge),
        );
    }
}

fn wrong_unit(quantity: &'static str, found: &str, expected: &'static str) -> Rejection {
    Rejection::WrongUnit { quantity, found: found.chars().take(20).collect(), expected }
}
