//! Reports on homes and their current state.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::calendar::local_date;
use crate::domain::consumption::Series;
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::observation::{Credit, Price};
use crate::domain::register::{Fuel, RegisterReading};
use crate::domain::units::{Moment, WattHours, Watts};

#[derive(Clone, Debug)]
pub struct HomeReport {
    pub id: HomeId,
    pub name: String,
    pub fuels: Vec<Fuel>,
    pub devices: Vec<DeviceId>,
    /// The time of the last reading, or the end of the last supplier-stated half-hour if that is later.
    pub last_reading: Option<Moment>,
    /// Why the home or its last days cannot be read; `None` if they can. The reason never quotes
    /// what is stored.
    pub broken: Option<String>,
}

impl HomeReport {
    /// The local day of the newest readings, or `None` if there are none.
    #[must_use]
    pub fn newest_day(&self, zone: &TimeZone) -> Option<Date> {
        // The last supplier-stated half-hour of a day ends at midnight, in the next day.
        self.last_reading.map(|at| local_date(at.plus(-1), zone))
    }
}

/// The latest register readings of a home.
#[derive(Clone, Debug)]
pub struct ReadingsReport {
    pub fuels: Vec<FuelReadings>,
    /// The last power measurement and its time.
    pub demand: Option<(Moment, Watts)>,
    /// As in [`HomeReport`].
    pub last_reading: Option<Moment>,
    /// The device that sent the last message.
    pub device: Option<DeviceHealth>,
}

/// The latest register readings of a fuel.
#[derive(Clone, Copy, Debug)]
pub struct FuelReadings {
    pub fuel: Fuel,
    /// Sum of the import registers.
    pub import: Option<RegisterReading>,
    /// Sum of the export registers.
    pub export: Option<RegisterReading>,
}

/// The current state of a home.
#[derive(Clone, Debug)]
pub struct LiveReport {
    pub home: HomeReport,
    /// The last power measurement and its time.
    pub demand: Option<(Moment, Watts)>,
    /// The fuels of which the home has readings.
    pub fuels: Vec<LiveFuel>,
    /// The device that sent the last message.
    pub device: Option<DeviceHealth>,
}

/// The current state of a fuel.
#[derive(Clone, Debug)]
pub struct LiveFuel {
    pub fuel: Fuel,
    /// Sum of the import registers.
    pub import: Option<RegisterReading>,
    /// Sum of the export registers.
    pub export: Option<RegisterReading>,
    /// Today's import by half-hour.
    pub today: Series,
    /// Today's export by half-hour, for a home that exports.
    pub today_export: Option<Series>,
    /// Yesterday's import up to the same local time.
    pub yesterday_so_far: Option<WattHours>,
    /// The last price that the meter reported.
    pub price: Option<Price>,
    /// The balances of a prepayment meter.
    pub credit: Option<Credit>,
}

#[derive(Clone, Debug)]
pub struct DeviceHealth {
    pub id: DeviceId,
    /// The time of its last message.
    pub last_seen: Moment,
    /// The firmware version that it runs.
    pub firmware: Option<String>,
    /// Signal strength in dBm.
    pub rssi: Option<i16>,
    /// Zigbee link quality, 0 to 255.
    pub lqi: Option<u8>,
}
