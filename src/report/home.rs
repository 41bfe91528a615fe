//! Which homes there are and how each is now.

use crate::domain::consumption::Series;
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::observation::{Credit, Price};
use crate::domain::register::Fuel;
use crate::domain::units::{Moment, WattHours, Watts};

/// One home in the list of homes.
#[derive(Clone, Debug)]
pub struct HomeReport {
    /// Its id, used in addresses.
    pub id: HomeId,
    /// What people call it.
    pub name: String,
    /// The fuels it has readings of.
    pub fuels: Vec<Fuel>,
    /// The devices that report for it.
    pub devices: Vec<DeviceId>,
    /// When a register was last seen to move.
    pub last_reading: Option<Moment>,
}

/// How a home is now.
#[derive(Clone, Debug)]
pub struct LiveReport {
    /// The home.
    pub home: HomeReport,
    /// The last power and when it was measured.
    pub demand: Option<(Moment, Watts)>,
    /// Each fuel that the home has.
    pub fuels: Vec<FuelNow>,
    /// The device that was heard last.
    pub device: Option<Health>,
}

/// A fuel as it stands now.
#[derive(Clone, Debug)]
pub struct FuelNow {
    /// Which fuel.
    pub fuel: Fuel,
    /// When its import registers were last read.
    pub at: Option<Moment>,
    /// The import registers' sum, in Wh (electricity) or litres (gas).
    pub import: Option<u64>,
    /// The export registers' sum in Wh.
    pub export: Option<u64>,
    /// Today's import by half-hour, with its total.
    pub today: Series,
    /// Today's export by half-hour, for a home that exports.
    pub today_export: Option<Series>,
    /// Yesterday's import up to the same time of day.
    pub yesterday_so_far: Option<WattHours>,
    /// The price that the meter showed last.
    pub price: Option<Price>,
    /// A prepayment meter's balances.
    pub credit: Option<Credit>,
}

/// A device's own state.
#[derive(Clone, Debug)]
pub struct Health {
    /// Which device.
    pub id: DeviceId,
    /// When it was last heard.
    pub last_seen: Moment,
    /// Release that it runs.
    pub firmware: Option<String>,
    /// Signal strength in dBm.
    pub rssi: Option<i16>,
    /// Zigbee link quality, 0 to 255.
    pub lqi: Option<u8>,
}
