//! Hildebrand Glow's local MQTT JSON, as captured from owners' devices.
//!
//! Zero totals and zero prices mean "not known yet". The day, week and month
//! counters roll at 00:00 UTC and are not used.

use std::borrow::Cow;

use serde::Deserialize;

use super::clock::Clock;
use super::number::Exact;
use super::observed::Observed;
use super::{Dialect, Rejection};
use crate::domain::observation::Health;
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
    import: Option<Side<'a>>,
    #[serde(borrow)]
    export: Option<Side<'a>>,
}

#[derive(Deserialize)]
struct Side<'a> {
    cumulative: Option<Exact>,
    #[serde(borrow)]
    units: Option<Cow<'a, str>>,
    cumulativevol: Option<Exact>,
    #[serde(borrow)]
    cumulativevolunits: Option<Cow<'a, str>>,
    price: Option<GlowPrice>,
}

/// Pounds per kWh and per day.
#[derive(Deserialize)]
struct GlowPrice {
    unitrate: Option<Exact>,
    standingcharge: Option<Exact>,
}

#[derive(Deserialize)]
struct Power<'a> {
    value: Option<Exact>,
    #[serde(borrow)]
    units: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct State<'a> {
    #[serde(borrow)]
    timestamp: Option<Cow<'a, str>>,
    #[serde(borrow)]
    software: Option<Cow<'a, str>>,
    han: Option<Han>,
}

#[derive(Deserialize)]
struct Han {
    rssi: Option<i16>,
    lqi: Option<u8>,
}

fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Rejection> {
    serde_json::from_str(json).map_err(|error| Rejection::malformed(Dialect::Glow, &error))
}

fn time(timestamp: Option<&str>, clock: Clock) -> Result<Moment, Rejection> {
    let claimed =
        timestamp.map(|text| text.parse::<jiff::Timestamp>()).transpose().map_err(|error| {
            Rejection::malformed(Dialect::Glow, &format_args!("timestamp: {error}"))
        })?;
    clock.settle(claimed.map(jiff::Timestamp::as_second))
}

pub(super) fn electricity(
    json: &str,
    clock: Clock,
    observed: &mut Observed,
) -> Result<(), Rejection> {
    let meter: Meter<'_> = read(json)?;
    let at = time(meter.timestamp.as_deref(), clock)?;
    if let Some(energy) = &meter.energy {
        for (direction, side) in
            [(Direction::Import, &energy.import), (Direction::Export, &energy.export)]
        {
            let Some(side) = side else { continue };
            if let Some(watt_hours) = kilo("energy", side.cumulative, side.units.as_deref(), "kWh")?
            {
                observed.electricity(direction, 0, at, watt_hours);
            }
            if direction == Direction::Import {
                price(Fuel::Electricity, at, side.price.as_ref(), observed);
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
        .for_each(|watts| observed.demand(at, watts));
    }
    Ok(())
}

pub(super) fn gas(json: &str, clock: Clock, observed: &mut Observed) -> Result<(), Rejection> {
    let meter: Meter<'_> = read(json)?;
    let at = time(meter.timestamp.as_deref(), clock)?;
    let Some(side) = meter.energy.and_then(|energy| energy.import) else { return Ok(()) };
    let total = Register::total_import(Fuel::Gas);
    let volume = kilo("gas volume", side.cumulativevol, side.cumulativevolunits.as_deref(), "m3")?;
    match volume.filter(|litres| *litres > 0) {
        Some(litres) => observed.register(Fuel::Gas, total, at, litres),
        None => {
            if let Some(watt_hours) =
                kilo("gas energy", side.cumulative, side.units.as_deref(), "kWh")?
            {
                let register = Register { unit: Unit::WattHours, ..total };
                observed.register(Fuel::Gas, register, at, watt_hours);
            }
        }
    }
    price(Fuel::Gas, at, side.price.as_ref(), observed);
    Ok(())
}

pub(super) fn state(json: &str, clock: Clock, observed: &mut Observed) -> Result<(), Rejection> {
    let state: State<'_> = read(json)?;
    let at = time(state.timestamp.as_deref(), clock)?;
    let health = Health {
        firmware: state.software.map(|text| text.chars().take(24).collect()),
        rssi: state.han.as_ref().and_then(|han| han.rssi),
        lqi: state.han.as_ref().and_then(|han| han.lqi),
    };
    observed.health(at, health);
    Ok(())
}

/// A quantity in thousandths of the unit that the dialect uses.
fn kilo(
    quantity: &'static str,
    value: Option<Exact>,
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
            &format_args!("{quantity} cannot be {value:?}"),
        )),
    }
}

fn price(fuel: Fuel, at: Moment, price: Option<&GlowPrice>, observed: &mut Observed) {
    if let Some(price) = price {
        let millipence = |pounds: &Option<Exact>| pounds.and_then(|pounds| pounds.scaled(5));
        observed.price(fuel, at, millipence(&price.unitrate), millipence(&price.standingcharge));
    }
}

fn wrong_unit(quantity: &'static str, found: &str, expected: &'static str) -> Rejection {
    Rejection::WrongUnit { quantity, found: found.chars().take(20).collect(), expected }
}
