//! A fuel's energy over any local days, cut in any way.

use jiff::tz::TimeZone;

use super::load::{Resolution, load_fuel_history};
use crate::domain::calendar::{Days, Step};
use crate::domain::consumption::Series;
use crate::domain::document::Home;
use crate::domain::register::{Direction, Fuel};
use crate::store::{Store, StoreError};

/// What is asked of a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageRequest {
    /// Which fuel.
    pub fuel: Fuel,
    /// Which way.
    pub direction: Direction,
    /// Which local days.
    pub days: Days,
    /// How finely cut.
    pub step: Step,
}

/// Answers it.
///
/// # Errors
/// [`StoreError`] when the store cannot be read.
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
