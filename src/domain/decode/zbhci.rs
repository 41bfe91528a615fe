//! A Telink ZBHCI frame, which the device relays as the Zigbee chip sends it.

use cloudsmets_protocol::zbhci::{AttributeMessage, Frame};
use cloudsmets_protocol::zigbee::cluster::{self, metering, prepayment, price};
use cloudsmets_protocol::zigbee::{self, Value};

use super::clock::EventClock;
use super::collector::ObservationCollector;
use super::{Dialect, Rejection};
use crate::domain::observation::Credit;
use crate::domain::register::{Direction, Fuel, Register, Unit};
use crate::domain::units::{Millipence, Moment};

pub(super) fn decode(
    body: &[u8],
    clock: EventClock,
    collector: &mut ObservationCollector,
) -> Result<(), Rejection> {
    let malformed = |problem: &dyn std::fmt::Display| Rejection::malformed(Dialect::Zbhci, problem);
    let frame = Frame::parse(body).map_err(|error| malformed(&error))?;
    let response = AttributeMessage::parse(&frame).map_err(|error| malformed(&error))?;
    let at = clock.enqueued()?;
    let attributes = Attributes::from_response(&response);
    match response.header.cluster {
        id if cluster::is_metering(id) => add_metering(&attributes, at, collector)?,
        cluster::PRICE => add_gas_quality(&attributes, at, collector),
        cluster::PREPAYMENT => add_credit(&attributes, at, collector),
        _ => {}
    }
    Ok(())
}

/// The attributes that were read successfully and have a valid value.
struct Attributes<'a>(Vec<(u16, Value<'a>)>);

impl<'a> Attributes<'a> {
    fn from_response(response: &AttributeMessage<'a>) -> Self {
        let read = response.attributes().filter_map(|attribute| {
            let value = attribute.value.ok().filter(|value| !value.is_invalid())?;
            Some((attribute.id, value))
        });
        Self(read.collect())
    }

    fn unsigned(&self, id: u16) -> Option<u64> {
        match self.0.iter().find(|(found, _)| *found == id)?.1 {
            Value::Unsigned { value, .. }
            | Value::Bitmap { value, .. }
            | Value::Data { value, .. } => Some(value),
            Value::Enum8(value) => Some(value.into()),
            Value::Enum16(value) => Some(value.into()),
            Value::Signed { value, .. } => u64::try_from(value).ok(),
            _ => None,
        }
    }

    fn signed(&self, id: u16) -> Option<i64> {
        match self.0.iter().find(|(found, _)| *found == id)?.1 {
            Value::Signed { value, .. } => Some(value),
            // Some devices send the two's complement with an unsigned type.
            Value::Unsigned { width: 3 | 4, value } => {
                u32::try_from(value).ok().and_then(zigbee::demand_watts).map(i64::from)
            }
            _ => None,
        }
    }
}

fn add_metering(
    attributes: &Attributes<'_>,
    at: Moment,
    collector: &mut ObservationCollector,
) -> Result<(), Rejection> {
    let (fuel, unit) = fuel_and_unit(attributes)?;
    let part = |id, default: u32| {
        attributes
            .unsigned(id)
            .filter(|raw| *raw > 0)
            .map_or(Some(default), |raw| raw.try_into().ok())
    };
    let scale = part(metering::MULTIPLIER, 1).zip(part(metering::DIVISOR, 1_000));
    let Some((multiplier, divisor)) = scale else {
        return Err(Rejection::malformed(
            Dialect::Zbhci,
            "the multiplier or the divisor has more than 32 bits",
        ));
    };
    let mut read = |id, direction, tariff| {
        let value = attributes
            .unsigned(id)
            .and_then(|raw| zigbee::scale_to_thousandths(raw, multiplier, divisor));
        if let Some(value) = value {
            collector.add_register(fuel, Register { direction, tariff, unit }, at, value);
        }
    };
    read(metering::SUMMATION_DELIVERED, Direction::Import, 0);
    read(metering::SUMMATION_RECEIVED, Direction::Export, 0);
    for tariff in 1..=4_u8 {
        let id = metering::TIER_1_DELIVERED + 2 * u16::from(tariff - 1);
        read(id, Direction::Import, tariff);
        read(id + 1, Direction::Export, tariff);
    }
    if fuel == Fuel::Electricity
        && let Some(watts) = attributes.signed(metering::DEMAND)
    {
        collector.add_demand(at, watts);
    }
    Ok(())
}

/// The meter that answered, determined from its unit and device type (Zigbee Smart Energy, metering
/// cluster, attributes 0x0300 and 0x0306). Without either, it is the electricity meter.
fn fuel_and_unit(attributes: &Attributes<'_>) -> Result<(Fuel, Unit), Rejection> {
    let is_gas = matches!(attributes.unsigned(metering::DEVICE_TYPE), Some(0x01 | 0x80));
    match attributes.unsigned(metering::UNIT) {
        // Bit 7 only means that the display uses BCD.
        Some(1 | 0x81) => Ok((Fuel::Gas, Unit::Litres)),
        Some(0 | 0x80) if is_gas => Ok((Fuel::Gas, Unit::WattHours)),
        None if is_gas => Ok((Fuel::Gas, Unit::Litres)),
        None | Some(0 | 0x80) => Ok((Fuel::Electricity, Unit::WattHours)),
        Some(other) => Err(Rejection::WrongUnit {
            quantity: "the register",
            found: format!("Zigbee unit {other}"),
            expected: "kWh or m3",
        }),
    }
}

/// A number whose count of decimals is in the high nibble of a second attribute.
fn decimal_attribute(
    attributes: &Attributes<'_>,
    value: u16,
    digits: u16,
    places: u32,
) -> Option<u32> {
    let raw = attributes.unsigned(value)?;
    let decimals = u32::try_from(attributes.unsigned(digits)? >> 4).ok()?;
    let scaled = raw.checked_mul(10_u64.checked_pow(places)?)? / 10_u64.checked_pow(decimals)?;
    u32::try_from(scaled).ok()
}

fn add_gas_quality(attributes: &Attributes<'_>, at: Moment, collector: &mut ObservationCollector) {
    let value =
        decimal_attribute(attributes, price::CALORIFIC_VALUE, price::CALORIFIC_VALUE_DIGITS, 2);
    let factor =
        decimal_attribute(attributes, price::CONVERSION_FACTOR, price::CONVERSION_FACTOR_DIGITS, 5);
    collector.add_gas_quality(at, value, factor);
}

/// Balances are in thousandths of a penny (GBCS: units of 10^-5 pounds). The frame does not contain
/// the meter, so it is taken as electricity; the other dialects have gas prepayment.
fn add_credit(attributes: &Attributes<'_>, at: Moment, collector: &mut ObservationCollector) {
    let balance =
        |id| attributes.signed(id).or(attributes.unsigned(id).and_then(|v| v.try_into().ok()));
    let credit = Credit {
        remaining: balance(prepayment::CREDIT_REMAINING).map(Millipence),
        emergency: balance(prepayment::EMERGENCY_CREDIT_REMAINING).map(Millipence),
        debt: balance(prepayment::ACCUMULATED_DEBT).map(Millipence),
    };
    collector.add_credit(Fuel::Electricity, at, credit);
}
