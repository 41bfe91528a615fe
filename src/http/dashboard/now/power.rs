//! The power that the meter measured last.

use jiff::tz::TimeZone;

use crate::domain::units::{Millipence, Moment, Watts};
use crate::http::dashboard::format::{self, Quantity};

/// Age in seconds above which a power measurement is stale.
pub(crate) const STALE_AFTER_SECONDS: i64 = 300;

/// The last power measurement, ready to be shown.
pub(crate) struct Power {
    pub(crate) quantity: Quantity,
    /// Says whether the home uses or exports it.
    pub(crate) heading: &'static str,
    /// `import`, `export` or `idle`, followed by `stale` if the measurement is old.
    pub(crate) class: &'static str,
    pub(crate) age: String,
    /// RFC 3339 time, which the script reads.
    pub(crate) measured_at: String,
    /// The local time, which is shown only for a stale measurement.
    pub(crate) stale_time: Option<String>,
    /// The cost of an hour, for import at a known price.
    pub(crate) cost: Option<String>,
    /// Price in thousandths of a penny per kWh, which the script reads.
    pub(crate) unit_rate: Option<i64>,
}

impl Power {
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

fn cost_per_hour(power: Watts, unit_rate: Millipence) -> String {
    let millipence = unit_rate.0.saturating_mul(i64::from(power.0)) / 1_000;
    format::money(Millipence(millipence))
}
