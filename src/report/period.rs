//! Reports on a home's energy over a day, week, month or year.

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
    /// The days of the period that contains `date`.
    #[must_use]
    pub fn days(self, date: Date) -> Days {
        match self {
            Self::Day => Days::day(date),
            Self::Week => Days::week(date),
            Self::Month => Days::month(date),
            Self::Year => Days::year(date),
        }
    }

    /// The length of the intervals in its chart.
    #[must_use]
    pub const fn step(self) -> Step {
        match self {
            Self::Day => Step::HalfHour,
            Self::Week | Self::Month => Step::Day,
            Self::Year => Step::Month,
        }
    }
}

#[derive(Clone, Debug)]
pub struct PeriodReport {
    pub home: HomeReport,
    pub period: Period,
    pub days: Days,
    /// The fuels of which the home has readings.
    pub fuels: Vec<FuelReport>,
}

#[derive(Clone, Debug)]
pub struct FuelReport {
    pub fuel: Fuel,
    /// Import by [`Period::step`].
    pub import: Series,
    /// Export by [`Period::step`], for a home that exports.
    pub export: Option<Series>,
    /// Import in the previous period, up to the same point of it if this period is still running;
    /// `None` unless it is complete.
    pub previous: Option<WattHours>,
    /// Import by day, for the calendar of a year.
    pub by_day: Option<Series>,
}

/// Reports on the period that contains `date`.
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

/// Import in the previous period. If the period is still running, only up to the same local time on
/// the corresponding day: whole days, and the last day by half-hour.
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
