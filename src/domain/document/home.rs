//! What is known of a home apart from its readings.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::schema::Schema;
use crate::domain::gas::GasConversion;
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::observation::{GasQuality, Health};
use crate::domain::register::Fuel;
use crate::domain::units::Moment;

/// How coarsely the time of rarely needed facts is kept, in seconds, so that
/// the document is not written with every message.
const COARSE: i64 = 3_600;

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    schema: Schema,
    /// Its id.
    pub home: HomeId,
    /// What people call it.
    pub name: String,
    /// The devices that report for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub devices: BTreeMap<DeviceId, DeviceState>,
    /// The last UTC day with readings of each fuel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub latest: BTreeMap<Fuel, Date>,
    /// The first UTC day with readings of each fuel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub earliest: BTreeMap<Fuel, Date>,
    /// What the gas meter last said of its gas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gas: Option<(Moment, GasQuality)>,
}

/// A device's own state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceState {
    /// The last state it reported, and in which hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<(Moment, Health)>,
}

impl Home {
    /// A home not seen before: named after its id.
    #[must_use]
    pub fn new(home: HomeId) -> Self {
        Self {
            schema: Schema,
            name: home.to_string(),
            home,
            devices: BTreeMap::new(),
            latest: BTreeMap::new(),
            earliest: BTreeMap::new(),
            gas: None,
        }
    }

    /// Takes in that a fuel was read on a UTC day.
    pub fn saw_day(&mut self, fuel: Fuel, date: Date) {
        let latest = self.latest.entry(fuel).or_insert(date);
        *latest = (*latest).max(date);
        let earliest = self.earliest.entry(fuel).or_insert(date);
        *earliest = (*earliest).min(date);
    }

    /// Takes in a device's state.
    pub fn saw_health(&mut self, device: &DeviceId, at: Moment, health: Health) {
        let state = self.devices.entry(device.clone()).or_default();
        state.health = state.health.take().max(Some((coarse(at), health)));
    }

    /// Takes in what the meter says of its gas.
    pub fn saw_gas(&mut self, at: Moment, quality: GasQuality) {
        self.gas = self.gas.max(Some((coarse(at), quality)));
    }

    /// How this home's gas volume becomes energy.
    #[must_use]
    pub fn gas_conversion(&self) -> GasConversion {
        self.gas.map(|(_, quality)| quality.into()).unwrap_or_default()
    }
}

fn coarse(at: Moment) -> Moment {
    Moment::from_unix(at.unix() - at.unix().rem_euclid(COARSE))
}
