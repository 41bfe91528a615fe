//! A home's energy over a day, week, month or year.

use jiff::civil::Date;

use super::home::HomeReport;
use crate::domain::calendar::{Days, Step};
use crate::domain::consumption::Series;
use crate::domain::register::Fuel;
use crate::domain::units::WattHours;

/// The periods that have a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A local day, by half-hour.
    Day,
    /// Monday to Sunday, by day.
    Week,
    /// A calendar month, by day.
    Month,
    /// A calendar year, by month.
    Year,
}

impl Period {
    /// The days of the period that holds a day.
    #[must_use]
    pub fn days(self, date: Date) -> Days {
        match self {
            Self::Day => Days::day(date),
            Self::Week => Days::week(date),
            Self::Month => Days::month(date),
            Self::Year => Days::year(date),
        }
    }

    /// How its chart is cut.
    #[must_use]
    pub const fn step(self) -> Step {
        match self {
            Self::Day => Step::HalfHour,
            Self::Week | Self::Month => Step::Day,
            Self::Year => Step::Month,
        }
    }
}

/// A home's energy over one period.
#[derive(Clone, Debug)]
pub struct PeriodReport {
    /// The home.
    pub home: HomeReport,
    /// Which kind of period.
    pub period: Period,
    /// Its local days.
    pub days: Days,
    /// Each fuel that the home has.
    pub fuels: Vec<FuelReport>,
}

/// A fuel over one period.
#[derive(Clone, Debug)]
pub struct FuelReport {
    /// Which fuel.
    pub fuel: Fuel,
    /// Import, cut by [`Period::step`].
    pub import: Series,
    /// Export, for a home that exports.
    pub export: Option<Series>,
    /// Import in the period before, cut short at the same distance from its
    /// start when this period is still running.
    pub previous: Option<WattHours>,
    /// For a year: each of its days' import, for the calendar picture.
    pub by_day: Option<Series>,
}
