//! A fuel's energy over any local days, cut in any way.

use jiff::tz::TimeZone;

use super::load::{Detail, account};
use crate::domain::calendar::{Days, Step};
use crate::domain::consumption::Series;
use crate::domain::document::Home;
use crate::domain::register::{Direction, Fuel};
use crate::store::{Store, StoreError};

/// What is asked of a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
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
    question: Question,
    zone: &TimeZone,
) -> Result<Series, StoreError> {
    let Question { fuel, direction, days, step } = question;
    let account = account(store, home, fuel, days, Detail::of(step), zone).await?;
    Ok(account.series(direction, &step.cuts(days, zone)))
}
