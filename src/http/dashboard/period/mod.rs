//! The pages of a day, week, month or year of a home.

#[cfg(test)]
mod sample;
mod section;
mod table;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Redirect;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use self::section::FuelSection;
use self::table::Table;
use super::error::PageError;
use super::layout::HomeHeader;
use super::{PageResult, VisibleHome, address, format, render};
use crate::clock;
use crate::domain::calendar::{local_date, previous_day};
use crate::domain::units::Moment;
use crate::http::error::HttpError;
use crate::report::{self, Period, PeriodReport};
use crate::store::Store;

/// The part of the path that follows the home.
#[derive(Deserialize)]
pub(in crate::http) struct PeriodPath {
    period: String,
    #[serde(default)]
    date: Option<String>,
}

/// `GET /dashboard/homes/{home}/{period}` redirects to the period with the newest readings.
pub(in crate::http) async fn redirect_to_newest(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    path: Result<Path<PeriodPath>, PathRejection>,
    home: Result<VisibleHome, HttpError>,
) -> Result<Redirect, PageError> {
    let VisibleHome(home) = home?;
    let Path(path) = path?;
    let (period, _) = parse_period(&path.period, "2000-01-01")?;
    let date = report::newest_day(&store, &home, &zone).await?;
    let date = date.unwrap_or_else(|| local_date(clock::now(), &zone));
    Ok(Redirect::to(&format!("{}/{}", address::home(&home.home), address::period(period, date))))
}

/// `GET /dashboard/homes/{home}/{period}/{date}`.
pub(in crate::http) async fn page(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    path: Result<Path<PeriodPath>, PathRejection>,
    home: Result<VisibleHome, HttpError>,
) -> PageResult {
    let VisibleHome(home) = home?;
    let Path(path) = path?;
    let (period, date) = parse_period(&path.period, path.date.as_deref().unwrap_or_default())?;
    let now = clock::now();
    let report = report::period(&store, &home, period, date, now, &zone).await?;
    render(&PeriodPage::new(&report, now, &zone))
}

/// Parses a period and a day in it: `day/2026-03-29`, `week/2026-03-29`, `month/2026-03` or
/// `year/2026`, in the years 2000 to 2200.
fn parse_period(period: &str, date: &str) -> Result<(Period, Date), HttpError> {
    let period = match period {
        "day" => Period::Day,
        "week" => Period::Week,
        "month" => Period::Month,
        "year" => Period::Year,
        _ => return Err(HttpError::NotFound),
    };
    let day = match date.len() {
        4 => format!("{date}-01-01"),
        7 => format!("{date}-01"),
        _ => date.to_owned(),
    };
    let day: Option<Date> = day.parse().ok();
    day.filter(|day| (2_000..=2_200).contains(&day.year()))
        .map(|day| (period, day))
        .ok_or_else(|| HttpError::BadParameter(format!("date: {date:?} is not a date")))
}

#[derive(Template)]
#[template(path = "period/page.html")]
struct PeriodPage {
    header: HomeHeader,
    title: String,
    previous: Option<AdjacentPeriod>,
    next: Option<AdjacentPeriod>,
    clock_change_note: Option<&'static str>,
    sections: Vec<FuelSection>,
    table: Option<Table>,
    zone: String,
}

struct AdjacentPeriod {
    href: String,
    text: String,
}

impl PeriodPage {
    fn new(report: &PeriodReport, now: Moment, zone: &TimeZone) -> Self {
        let today = local_date(now, zone);
        let (period, days) = (report.period, report.days);
        let anchor = if days.contains(today) { today } else { days.from };
        let mut sections: Vec<_> =
            report.fuels.iter().map(|fuel| FuelSection::new(fuel, report, now, zone)).collect();
        if sections.iter().all(FuelSection::is_empty) {
            sections.clear();
        }
        let before = (days.from > EARLIEST_DAY).then(|| previous_day(days.from));
        let after = (days.to <= today).then_some(days.to);
        Self {
            header: HomeHeader::new(&report.home, Some(period), anchor),
            title: period_title(period, days.from),
            previous: before.map(|date| AdjacentPeriod::new(report, date)),
            next: after.map(|date| AdjacentPeriod::new(report, date)),
            clock_change_note: clock_change_note(report, zone),
            table: (!sections.is_empty()).then(|| Table::new(report, now, zone)),
            sections,
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        }
    }
}

/// Pages of earlier days do not exist, because no home has readings that old.
const EARLIEST_DAY: Date = jiff::civil::date(2000, 1, 1);

impl AdjacentPeriod {
    fn new(report: &PeriodReport, date: Date) -> Self {
        let first = report.period.days(date).from;
        Self {
            href: format!(
                "{}/{}",
                address::home(&report.home.id),
                address::period(report.period, date)
            ),
            text: period_title(report.period, first),
        }
    }
}

fn period_title(period: Period, first: Date) -> String {
    match period {
        Period::Day => format::long_date(first),
        Period::Week => format::date_range(first, previous_day(Period::Week.days(first).to)),
        Period::Month => format::month_year(first),
        Period::Year => first.year().to_string(),
    }
}

/// Explains the two days of a year that do not have 24 hours.
fn clock_change_note(report: &PeriodReport, zone: &TimeZone) -> Option<&'static str> {
    let (start, end) = report.days.bounds(zone);
    match (report.period, end.since(start)) {
        (Period::Day, 82_800) => {
            Some("The clocks went forward: this day has 23 hours, 46 half-hours.")
        }
        (Period::Day, 90_000) => {
            Some("The clocks went back: this day has 25 hours, 50 half-hours.")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
