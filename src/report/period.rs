//! A home's energy over a day, week, month or year.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::home::HomeReport;
use super::live::home_report;
use super::load::{Resolution, load_fuel_history, measured_energy};
use crate::domain::calendar::{Days, Step, local_date, previous_day, same_local_time};
use crate::domain::consumption::{FuelHistory, Series};
use crate::domain::document::Home;
use crate::domain::register::{Direction, Fuel};
use crate::domain::units::{Moment, WattHours};
use crate::store::{Store, StoreError};

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
    /// start when this period is still running; `None` unless all of it is known.
    pub previous: Option<WattHours>,
    /// For a year: each of its days' import, for the calendar picture.
    pub by_day: Option<Series>,
}

/// Works out the report for the period that holds a day.
///
/// # Errors
/// [`StoreError`] when the store cannot be read.
pub async fn period(
    store: &Store,
    home: &Home,
    period: Period,
    date: Date,
    now: Moment,
    zone: &TimeZone,
) -> Result<PeriodReport, StoreError> {
    let days = period.days(date);
    let mut fuels = Vec::new();
    for fuel in Fuel::ALL {
        if home.latest.contains_key(&fuel) {
            fuels.push(fuel_report(store, home, fuel, period, days, now, zone).await?);
        }
    }
    let home = home_report(store, home).await?;
    Ok(PeriodReport { home, period, days, fuels })
}

async fn fuel_report(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    period: Period,
    days: Days,
    now: Moment,
    zone: &TimeZone,
) -> Result<FuelReport, StoreError> {
    let previous_days = period.days(previous_day(days.from));
    let both_periods = Days { from: previous_days.from, to: days.to };
    let resolution = Resolution::of(period.step());
    let history = load_fuel_history(store, home, fuel, both_periods, resolution, zone).await?;
    let boundaries = period.step().boundaries(days, zone);
    let previous =
        previous_import(store, home, fuel, days, previous_days, &history, now, zone).await?;
    Ok(FuelReport {
        fuel,
        import: history.series(Direction::Import, &boundaries),
        export: history
            .has_data(Direction::Export)
            .then(|| history.series(Direction::Export, &boundaries)),
        previous,
        by_day: (period == Period::Year)
            .then(|| history.series(Direction::Import, &Step::Day.boundaries(days, zone))),
    })
}

/// Import in the period before. Of a period that is still running, up to the
/// same time on the same day of it: whole days as they are, and the last by half-hour.
#[expect(clippy::too_many_arguments, reason = "what two periods and a moment need")]
async fn previous_import(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    days: Days,
    previous_days: Days,
    history: &FuelHistory,
    now: Moment,
    zone: &TimeZone,
) -> Result<Option<WattHours>, StoreError> {
    let (start, end) = previous_days.bounds(zone);
    let today = local_date(now, zone);
    let last_date = previous_days.from.saturating_add(days.from.until(today).unwrap_or_default());
    if !days.contains(today) || !previous_days.contains(last_date) {
        return Ok(measured_energy(&history.series(Direction::Import, &[start, end])));
    }
    let (midnight, _) = Days::day(last_date).bounds(zone);
    let by_half_hour =
        load_fuel_history(store, home, fuel, Days::day(last_date), Resolution::HalfHours, zone)
            .await?;
    let until = same_local_time(last_date, now, zone);
    let last_day = by_half_hour.series(Direction::Import, &[midnight, until]);
    if start == midnight {
        return Ok(measured_energy(&last_day));
    }
    let whole_days = measured_energy(&history.series(Direction::Import, &[start, midnight]));
    Ok(whole_days
        .zip(measured_energy(&last_day))
        .map(|(days, last_day)| WattHours(days.0 + last_day.0)))
}
