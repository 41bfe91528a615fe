//! Reports on a fuel's energy over any local days in intervals of any length.

use jiff::tz::TimeZone;

use super::load::{Resolution, load_fuel_history};
use crate::domain::calendar::{Days, Step};
use crate::domain::consumption::Series;
use crate::domain::document::Home;
use crate::domain::register::{Direction, Fuel};
use crate::store::{Store, StoreError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageRequest {
    pub fuel: Fuel,
    pub direction: Direction,
    pub days: Days,
    /// The length of the intervals.
    pub step: Step,
}

/// The energy of a fuel in each interval.
pub async fn usage(
    store: &Store,
    home: &Home,
    request: UsageRequest,
    zone: &TimeZone,
) -> Result<Series, StoreError> {
    let UsageRequest { fuel, direction, days, step } = request;
    let history = load_fuel_history(store, home, fuel, days, Resolution::of(step), zone).await?;
    Ok(history.series(direction, &step.boundaries(days, zone)))
}
