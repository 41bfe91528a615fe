//! A home's energy over a day, week, month or year.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::home::HomeReport;
use super::live::home_report;
use super::load::{Detail, account};
use crate::domain::calendar::{Days, Step, local_date, previous_day, same_clock};
use crate::domain::consumption::{Account, Quality, Series};
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
    let before = period.days(previous_day(days.from));
    let both = Days { from: before.from, to: days.to };
    let detail = Detail::of(period.step());
    let account = account(store, home, fuel, both, detail, zone).await?;
    let cuts = period.step().cuts(days, zone);
    let previous = previous(store, home, fuel, days, before, &account, now, zone).await?;
    Ok(FuelReport {
        fuel,
        import: account.series(Direction::Import, &cuts),
        export: account.has(Direction::Export).then(|| account.series(Direction::Export, &cuts)),
        previous,
        by_day: (period == Period::Year)
            .then(|| account.series(Direction::Import, &Step::Day.cuts(days, zone))),
    })
}

/// Import in the period before. Of a period that is still running, up to the
/// same time on the same day of it: whole days as they are, and the last by half-hour.
#[expect(clippy::too_many_arguments, reason = "what two periods and a moment need")]
async fn previous(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    days: Days,
    before: Days,
    known: &Account,
    now: Moment,
    zone: &TimeZone,
) -> Result<Option<WattHours>, StoreError> {
    let (start, end) = before.moments(zone);
    let today = local_date(now, zone);
    let last = before.from.saturating_add(days.from.until(today).unwrap_or_default());
    if !days.contains(today) || !before.contains(last) {
        return Ok(known_whole(&known.series(Direction::Import, &[start, end])));
    }
    let (midnight, _) = Days::day(last).moments(zone);
    let by_half_hour = account(store, home, fuel, Days::day(last), Detail::HalfHours, zone).await?;
    let until = same_clock(last, now, zone);
    let part = by_half_hour.series(Direction::Import, &[midnight, until]);
    if start == midnight {
        return Ok(known_whole(&part));
    }
    let whole = known_whole(&known.series(Direction::Import, &[start, midnight]));
    Ok(whole.zip(known_whole(&part)).map(|(days, part)| WattHours(days.0 + part.0)))
}

/// The energy of a single interval, if nothing of note is missing from it: a
/// comparison with half a year would say the wrong thing.
pub(super) fn known_whole(series: &Series) -> Option<WattHours> {
    let whole = series.intervals.first()?;
    (whole.quality == Quality::Measured).then_some(whole.energy).flatten()
}
