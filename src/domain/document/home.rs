//! What is known of a home apart from its readings.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::schema::SchemaVersion;
use crate::domain::gas::GasConversion;
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::observation::{DeviceStatus, GasQuality};
use crate::domain::register::Fuel;
use crate::domain::units::Moment;

/// Of facts that are rarely needed the first of each hour is kept, so that the
/// document is not written with every message.
const HOUR: i64 = 3_600;

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    schema: SchemaVersion,
    /// Its id.
    pub home: HomeId,
    /// What people call it.
    pub name: String,
    /// The time zone that the days of its months are local to (an IANA name).
    pub zone: String,
    /// The devices that report for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub devices: BTreeMap<DeviceId, DeviceRecord>,
    /// The last UTC day with readings of each fuel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub latest: BTreeMap<Fuel, Date>,
    /// The first UTC day with readings of each fuel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub earliest: BTreeMap<Fuel, Date>,
    /// The gas meter's calorific value, in hundredths of MJ/m3, and when it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calorific_value: Option<(Moment, u32)>,
    /// Its volume conversion factor, in hundred-thousandths, and when it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion_factor: Option<(Moment, u32)>,
}

/// A device's own state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRecord {
    /// When it was first heard in the last hour in which it was heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Moment>,
    /// The first state it reported in the last hour in which it reported one.
    #[serde(default, rename = "health", skip_serializing_if = "Option::is_none")]
    pub status: Option<(Moment, DeviceStatus)>,
}

impl Home {
    /// A home not seen before: named after its id.
    #[must_use]
    pub fn new(home: HomeId, zone: &str) -> Self {
        Self {
            schema: SchemaVersion,
            name: home.to_string(),
            home,
            zone: zone.to_owned(),
            devices: BTreeMap::new(),
            latest: BTreeMap::new(),
            earliest: BTreeMap::new(),
            calorific_value: None,
            conversion_factor: None,
        }
    }

    /// Takes in that a fuel was read on a UTC day.
    pub fn record_day(&mut self, fuel: Fuel, date: Date) {
        let latest = self.latest.entry(fuel).or_insert(date);
        *latest = (*latest).max(date);
        let earliest = self.earliest.entry(fuel).or_insert(date);
        *earliest = (*earliest).min(date);
    }

    /// Takes in that a device was heard.
    pub fn record_contact(&mut self, device: &DeviceId, at: Moment) {
        let state = self.devices.entry(device.clone()).or_default();
        state.seen = state.seen.map(|seen| first_of_latest_hour(seen, at)).or(Some(at));
    }

    /// Takes in a device's state.
    pub fn record_device_status(&mut self, device: &DeviceId, at: Moment, status: DeviceStatus) {
        let state = self.devices.entry(device.clone()).or_default();
        keep_first_of_latest_hour(&mut state.status, (at, status));
    }

    /// Takes in what the meter says of its gas.
    pub fn record_gas_quality(&mut self, at: Moment, quality: GasQuality) {
        if let Some(value) = quality.calorific_value {
            keep_first_of_latest_hour(&mut self.calorific_value, (at, value));
        }
        if let Some(factor) = quality.conversion_factor {
            keep_first_of_latest_hour(&mut self.conversion_factor, (at, factor));
        }
    }

    /// How this home's gas volume becomes energy.
    #[must_use]
    pub fn gas_conversion(&self) -> GasConversion {
        let quality = GasQuality {
            calorific_value: self.calorific_value.map(|(_, value)| value),
            conversion_factor: self.conversion_factor.map(|(_, factor)| factor),
        };
        quality.into()
    }
}

/// The later hour's fact; of two in one hour the earlier, of two at once the
/// greater. An order without ties, so merging by it is free of order.
fn keep_first_of_latest_hour<T: Ord>(kept: &mut Option<(Moment, T)>, seen: (Moment, T)) {
    use std::cmp::Reverse;
    let is_better = kept.as_ref().is_none_or(|(at, fact)| {
        (hour(seen.0), Reverse(seen.0), &seen.1) > (hour(*at), Reverse(*at), fact)
    });
    if is_better {
        *kept = Some(seen);
    }
}

fn first_of_latest_hour(a: Moment, b: Moment) -> Moment {
    match hour(a).cmp(&hour(b)) {
        std::cmp::Ordering::Less => b,
        std::cmp::Ordering::Equal => a.min(b),
        std::cmp::Ordering::Greater => a,
    }
}

fn hour(at: Moment) -> i64 {
    at.unix().div_euclid(HOUR)
}
