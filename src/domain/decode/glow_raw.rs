//! Glow's raw JSON: Zigbee attributes as hexadecimal strings, by cluster, attribute set and attribute.

use std::collections::BTreeMap;

use cloudsmets_protocol::zigbee;
use serde::Deserialize;

use super::clock::EventClock;
use super::collector::ObservationCollector;
use super::{Dialect, Rejection};
use crate::domain::register::{Direction, Fuel, Register, Unit};

/// Attribute sets by cluster, in hexadecimal.
type Meter = BTreeMap<String, serde_json::Value>;

pub(super) fn decode(
    electricity: Option<&str>,
    gas: Option<&str>,
    time: Option<&str>,
    clock: EventClock,
    collector: &mut ObservationCollector,
) -> Result<(), Rejection> {
    let claimed = time.map(parse::<Time>).transpose()?.map(|time| match time {
        Time::Number(seconds) => Ok(seconds),
        Time::Text(text) => text.trim().parse().map_err(malformed),
    });
    let at = clock.resolve(claimed.transpose()?)?;
    if let Some(json) = electricity {
        let metering = parse_metering(json)?;
        let scale = Scale::from_attributes(&metering)?;
        for (attribute, direction) in [("00", Direction::Import), ("01", Direction::Export)] {
            if let Some(value) = scale.apply(&metering, "00", attribute)? {
                collector.add_electricity(direction, 0, at, value);
            }
        }
        for tariff in 1..=4_u8 {
            for (offset, direction) in [(0, Direction::Import), (1, Direction::Export)] {
                let attribute = format!("{:02X}", 2 * (tariff - 1) + offset);
                if let Some(value) = scale.apply(&metering, "01", &attribute)? {
                    collector.add_electricity(direction, tariff, at, value);
                }
            }
        }
        let demand = hex_attribute(&metering, "04", "00")?.and_then(|raw| u32::try_from(raw).ok());
        if let Some(watts) = demand.and_then(zigbee::demand_watts) {
            collector.add_demand(at, i64::from(watts));
        }
    }
    if let Some(json) = gas {
        let metering = parse_metering(json)?;
        let unit = match hex_attribute(&metering, "03", "00")? {
            Some(0) => Unit::WattHours,
            None | Some(1) => Unit::Litres,
            Some(other) => {
                let found = format!("Zigbee unit {other}");
                return Err(Rejection::WrongUnit { quantity: "gas", found, expected: "kWh or m3" });
            }
        };
        if let Some(value) = Scale::from_attributes(&metering)?.apply(&metering, "00", "00")? {
            let register = Register { unit, ..Register::total_import(Fuel::Gas) };
            collector.add_register(Fuel::Gas, register, at, value);
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Time {
    Number(i64),
    Text(String),
}

type AttributeSets = BTreeMap<String, BTreeMap<String, String>>;

/// The attribute sets of the metering cluster. Other clusters are ignored.
fn parse_metering(json: &str) -> Result<AttributeSets, Rejection> {
    let mut meter: Meter = parse(json)?;
    let Some(cluster) = meter.remove("0702") else { return Ok(AttributeSets::new()) };
    serde_json::from_value(cluster).map_err(malformed)
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Rejection> {
    serde_json::from_str(json).map_err(malformed)
}

fn malformed(problem: impl std::fmt::Display) -> Rejection {
    Rejection::malformed(Dialect::GlowRaw, &problem)
}

/// The value of an attribute; `None` if it is absent, empty or all ones.
fn hex_attribute(
    sets: &AttributeSets,
    set: &str,
    attribute: &str,
) -> Result<Option<u64>, Rejection> {
    let Some(text) = sets.get(set).and_then(|set| set.get(attribute)) else { return Ok(None) };
    if text.is_empty() {
        return Ok(None);
    }
    let value = u64::from_str_radix(text, 16)
        .map_err(|error| malformed(format_args!("attribute {set}.{attribute}: {error}")))?;
    let is_invalid = set != "04" && text.bytes().all(|digit| digit.eq_ignore_ascii_case(&b'F'));
    Ok(Some(value).filter(|_| !is_invalid))
}

/// Converts raw register values to thousandths.
struct Scale {
    multiplier: u32,
    divisor: u32,
}

impl Scale {
    fn from_attributes(sets: &AttributeSets) -> Result<Self, Rejection> {
        let part = |attribute, default| -> Result<u32, Rejection> {
            let raw = hex_attribute(sets, "03", attribute)?.filter(|raw| *raw > 0);
            raw.map_or(Ok(default), |raw| u32::try_from(raw).map_err(malformed))
        };
        Ok(Self { multiplier: part("01", 1)?, divisor: part("02", 1_000)? })
    }

    fn apply(
        &self,
        sets: &AttributeSets,
        set: &str,
        attribute: &str,
    ) -> Result<Option<u64>, Rejection> {
        let raw = hex_attribute(sets, set, attribute)?;
        Ok(raw.and_then(|raw| zigbee::scale_to_thousandths(raw, self.multiplier, self.divisor)))
    }
}
