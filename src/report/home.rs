//! Which homes there are and how each is now.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::calendar::local_date;
use crate::domain::consumption::Series;
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::observation::{Credit, Price};
use crate::domain::register::{Fuel, RegisterReading};
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
    /// The last moment that anything is known of: read, or stated by a file.
    pub last_reading: Option<Moment>,
}

impl HomeReport {
    /// The local day of the newest readings.
    #[must_use]
    pub fn newest_day(&self, zone: &TimeZone) -> Option<Date> {
        // Consumption that a file states ends at the next day's first moment.
        self.last_reading.map(|at| local_date(at.plus(-1), zone))
    }
}

/// Where a home's registers stand.
#[derive(Clone, Debug)]
pub struct ReadingsReport {
    /// Each fuel's registers.
    pub fuels: Vec<FuelReadings>,
    /// The last power and when it was measured.
    pub demand: Option<(Moment, Watts)>,
    /// The last moment that anything is known of.
    pub last_reading: Option<Moment>,
    /// The device that was heard last.
    pub device: Option<DeviceHealth>,
}

/// Where a fuel's registers stand.
#[derive(Clone, Copy, Debug)]
pub struct FuelReadings {
    /// Which fuel.
    pub fuel: Fuel,
    /// The import registers' sum.
    pub import: Option<RegisterReading>,
    /// The export registers' sum.
    pub export: Option<RegisterReading>,
}

/// How a home is now.
#[derive(Clone, Debug)]
pub struct LiveReport {
    /// The home.
    pub home: HomeReport,
    /// The last power and when it was measured.
    pub demand: Option<(Moment, Watts)>,
    /// Each fuel that the home has.
    pub fuels: Vec<LiveFuel>,
    /// The device that was heard last.
    pub device: Option<DeviceHealth>,
}

/// A fuel as it stands now.
#[derive(Clone, Debug)]
pub struct LiveFuel {
    /// Which fuel.
    pub fuel: Fuel,
    /// Where the import registers stand, summed.
    pub import: Option<RegisterReading>,
    /// Where the export registers stand, summed.
    pub export: Option<RegisterReading>,
    /// Today's import by half-hour, with its total.
    pub today: Series,
    /// Today's export by half-hour, for a home that exports.
    pub today_export: Option<Series>,
    /// Yesterday's import up to the same time on the clock.
    pub yesterday_so_far: Option<WattHours>,
    /// The price that the meter showed last.
    pub price: Option<Price>,
    /// A prepayment meter's balances.
    pub credit: Option<Credit>,
}

/// A device's own state.
#[derive(Clone, Debug)]
pub struct DeviceHealth {
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
