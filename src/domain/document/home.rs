//! Everything about a home except its readings.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::schema::SchemaVersion;
use crate::domain::gas::GasConversion;
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::observation::{DeviceStatus, GasQuality};
use crate::domain::register::Fuel;
use crate::domain::units::Moment;

/// In seconds. Facts that are rarely needed are kept once an hour (the first one), so that the
/// document is not written with every message.
const HOUR: i64 = 3_600;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    schema: SchemaVersion,
    pub home: HomeId,
    pub name: String,
    /// The IANA name of the time zone of the months' local days.
    pub zone: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub devices: BTreeMap<DeviceId, DeviceRecord>,
    /// The last UTC day with data of each fuel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub latest: BTreeMap<Fuel, Date>,
    /// The first UTC day with data of each fuel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub earliest: BTreeMap<Fuel, Date>,
    /// The gas meter's calorific value, in hundredths of MJ/m3, and when the meter showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calorific_value: Option<(Moment, u32)>,
    /// The gas meter's volume conversion factor, in hundred-thousandths, and when the meter showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion_factor: Option<(Moment, u32)>,
}

/// The last contact with a device, and its status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRecord {
    /// The first contact in the last hour with contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Moment>,
    /// The first status in the last hour with a status.
    #[serde(default, rename = "health", skip_serializing_if = "Option::is_none")]
    pub status: Option<(Moment, DeviceStatus)>,
}

impl Home {
    /// A home without data, named after its id.
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

    /// Records that there is data of a fuel on a UTC day.
    pub fn record_day(&mut self, fuel: Fuel, date: Date) {
        let latest = self.latest.entry(fuel).or_insert(date);
        *latest = (*latest).max(date);
        let earliest = self.earliest.entry(fuel).or_insert(date);
        *earliest = (*earliest).min(date);
    }

    pub fn record_contact(&mut self, device: &DeviceId, at: Moment) {
        let state = self.devices.entry(device.clone()).or_default();
        state.seen = state.seen.map(|seen| first_of_latest_hour(seen, at)).or(Some(at));
    }

    pub fn record_device_status(&mut self, device: &DeviceId, at: Moment, status: DeviceStatus) {
        let state = self.devices.entry(device.clone()).or_default();
        keep_first_of_latest_hour(&mut state.status, (at, status));
    }

    pub fn record_gas_quality(&mut self, at: Moment, quality: GasQuality) {
        if let Some(value) = quality.calorific_value {
            keep_first_of_latest_hour(&mut self.calorific_value, (at, value));
        }
        if let Some(factor) = quality.conversion_factor {
            keep_first_of_latest_hour(&mut self.conversion_factor, (at, factor));
        }
    }

    /// Converts the gas volume of this home into energy.
    #[must_use]
    pub fn gas_conversion(&self) -> GasConversion {
        let quality = GasQuality {
            calorific_value: self.calorific_value.map(|(_, value)| value),
            conversion_factor: self.conversion_factor.map(|(_, factor)| factor),
        };
        quality.into()
    }
}

/// Keeps the fact of the later hour. Of two facts in one hour, keeps the earlier one; of two facts at
/// the same moment, the greater one. This is a total order, so the result does not depend on the order
/// of calls.
fn keep_first_of_latest_hour<T: Ord>(kept: &mut Option<(Moment, T)>, new: (Moment, T)) {
    use std::cmp::Reverse;
    let is_better = kept.as_ref().is_none_or(|(at, fact)| {
        (hour(new.0), Reverse(new.0), &new.1) > (hour(*at), Reverse(*at), fact)
    });
    if is_better {
        *kept = Some(new);
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
