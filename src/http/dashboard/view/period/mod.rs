//! A home's energy over a day, week, month or year.

mod numbers;
mod section;

use askama::Template;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use self::numbers::Numbers;
use self::section::Section;
use super::head::Head;
use super::{address, format};
use crate::domain::calendar::{local_date, previous_day};
use crate::domain::units::Moment;
use crate::report::{Period, PeriodReport};

/// The page of a period.
#[derive(Template)]
#[template(path = "period.html")]
pub(in crate::http) struct PeriodPage {
    head: Head,
    title: String,
    previous: Option<Neighbour>,
    next: Option<Neighbour>,
    clocks: Option<&'static str>,
    sections: Vec<Section>,
    numbers: Option<Numbers>,
    zone: String,
}

/// The period before or after.
struct Neighbour {
    href: String,
    text: String,
}

impl PeriodPage {
    /// The page at a moment.
    pub(in crate::http) fn new(report: &PeriodReport, now: Moment, zone: &TimeZone) -> Self {
        let today = local_date(now, zone);
        let (period, days) = (report.period, report.days);
        let anchor = if days.contains(today) { today } else { days.from };
        let mut sections: Vec<_> =
            report.fuels.iter().map(|fuel| Section::new(fuel, report, now, zone)).collect();
        if sections.iter().all(Section::is_empty) {
            sections.clear();
        }
        let before = (days.from > FIRST).then(|| previous_day(days.from));
        let after = (days.to <= today).then_some(days.to);
        Self {
            head: Head::new(&report.home, Some(period), anchor),
            title: title(period, days.from),
            previous: before.map(|date| Neighbour::new(report, date)),
            next: after.map(|date| Neighbour::new(report, date)),
            clocks: clocks(report, zone),
            numbers: (!sections.is_empty()).then(|| Numbers::new(report, now, zone)),
            sections,
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        }
    }
}

/// Nobody has readings from before.
const FIRST: Date = jiff::civil::date(2000, 1, 1);

impl Neighbour {
    fn new(report: &PeriodReport, date: Date) -> Self {
        let first = report.period.days(date).from;
        Self {
            href: format!(
                "{}/{}",
                address::home(&report.home.id),
                address::period(report.period, date)
            ),
            text: title(report.period, first),
        }
    }
}

fn title(period: Period, first: Date) -> String {
    match period {
        Period::Day => format::long_date(first),
        Period::Week => format::date_range(first, previous_day(Period::Week.days(first).to)),
        Period::Month => format::month_year(first),
        Period::Year => first.year().to_string(),
    }
}

/// Said on the two days a year that are not 24 hours long.
fn clocks(report: &PeriodReport, zone: &TimeZone) -> Option<&'static str> {
    let (start, end) = report.days.moments(zone);
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
