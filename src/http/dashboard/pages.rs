//! The pages' handlers.

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::response::{Html, Redirect};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Household;
use super::view::{HomesPage, NowPage, PeriodPage, address};
use crate::clock;
use crate::domain::calendar;
use crate::http::access::Visitor;
use crate::http::error::{HttpError, PageError};
use crate::report::{self, Period};
use crate::store::Store;

type Page = Result<Html<String>, PageError>;

pub(in crate::http) async fn homes(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    Extension(visitor): Extension<Visitor>,
) -> Page {
    let now = clock::now();
    let homes = match visitor {
        Visitor::Owner => report::all_live(&store, now, &zone).await?,
        Visitor::Stranger => Vec::new(),
    };
    render(&HomesPage::new(&homes, now, &zone))
}

pub(in crate::http) async fn now(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    household: Result<Household, HttpError>,
) -> Page {
    let Household(home) = household?;
    let now = clock::now();
    let live = report::live(&store, &home, now, &zone).await?;
    render(&NowPage::new(&live, now, &zone))
}

#[derive(Deserialize)]
pub(in crate::http) struct PeriodPath {
    period: String,
    #[serde(default)]
    date: Option<String>,
}

/// Without a date: the period with the newest readings.
pub(in crate::http) async fn latest_period(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    path: Result<Path<PeriodPath>, PathRejection>,
    household: Result<Household, HttpError>,
) -> Result<Redirect, PageError> {
    let Household(home) = household?;
    let Path(path) = path?;
    let (period, _) = parse(&path.period, "2000-01-01")?;
    let date = report::newest_day(&store, &home, &zone).await?;
    let date = date.unwrap_or_else(|| calendar::local_date(clock::now(), &zone));
    Ok(Redirect::to(&format!("{}/{}", address::home(&home.home), address::period(period, date))))
}

pub(in crate::http) async fn period(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    path: Result<Path<PeriodPath>, PathRejection>,
    household: Result<Household, HttpError>,
) -> Page {
    let Household(home) = household?;
    let Path(path) = path?;
    let (period, date) = parse(&path.period, path.date.as_deref().unwrap_or_default())?;
    let now = clock::now();
    let report = report::period(&store, &home, period, date, now, &zone).await?;
    render(&PeriodPage::new(&report, now, &zone))
}

pub(in crate::http) async fn nothing() -> PageError {
    HttpError::NotFound.into()
}

fn render(page: &impl Template) -> Page {
    Ok(Html(page.render()?))
}

/// A period and any day in it: `day/2026-03-29`, `week/2026-03-29`,
/// `month/2026-03`, `year/2026`. Years 2000 to 2200.
fn parse(period: &str, date: &str) -> Result<(Period, Date), HttpError> {
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
        .ok_or_else(|| HttpError::BadParameter(format!("date: {date:?} is no date")))
}
