//! The power at the meter.

use jiff::tz::TimeZone;

use crate::domain::units::{Millipence, Moment, Watts};
use crate::http::dashboard::format::{self, Quantity};

/// A power older than this many seconds says nothing about now.
pub(crate) const STALE_AFTER_SECONDS: i64 = 300;

/// The last power, and how far it is to be believed.
pub(crate) struct Power {
    /// Its size.
    pub(crate) quantity: Quantity,
    /// What the home does with it.
    pub(crate) heading: &'static str,
    /// `import`, `export`, `idle`, and with `stale` behind it when old.
    pub(crate) class: &'static str,
    /// How long ago.
    pub(crate) age: String,
    /// When, for machines.
    pub(crate) measured_at: String,
    /// When, said for an old one.
    pub(crate) stale_time: Option<String>,
    /// What it costs, for import at a known price.
    pub(crate) cost: Option<String>,
    /// The price in thousandths of a penny per kWh, for the script.
    pub(crate) unit_rate: Option<i64>,
}

impl Power {
    /// Judges a measurement.
    pub(crate) fn new(
        (at, power): (Moment, Watts),
        unit_rate: Option<Millipence>,
        now: Moment,
        zone: &TimeZone,
    ) -> Self {
        let age = now.since(at);
        let stale = age > STALE_AFTER_SECONDS;
        let (heading, class) = match (power.0, stale) {
            (1.., false) => ("Using now", "import"),
            (1.., true) => ("Was using", "import stale"),
            (0, false) => ("Using nothing now", "idle"),
            (0, true) => ("Was using nothing", "idle stale"),
            (_, false) => ("Sending to the grid", "export"),
            (_, true) => ("Was sending to the grid", "export stale"),
        };
        Self {
            quantity: format::power(power),
            heading,
            class,
            age: format::age(age),
            measured_at: at.to_string(),
            stale_time: stale.then(|| format::short_date_time(at, now, zone)),
            cost: unit_rate
                .filter(|_| power.0 > 0 && !stale)
                .map(|unit_rate| cost_per_hour(power, unit_rate)),
            unit_rate: unit_rate.map(|unit_rate| unit_rate.0),
        }
    }
}

/// What an hour of a power costs.
fn cost_per_hour(power: Watts, unit_rate: Millipence) -> String {
    let millipence = unit_rate.0.saturating_mul(i64::from(power.0)) / 1_000;
    format::money(Millipence(millipence))
}
