//! The numbers behind the charts, as a table.

use jiff::tz::TimeZone;

use crate::domain::calendar::{Step, local_date};
use crate::domain::consumption::Series;
use crate::domain::units::Moment;
use crate::http::dashboard::view::chart::{Known, Slot, slots};
use crate::http::dashboard::view::{address, format, now};
use crate::report::{FuelReport, Period, PeriodReport};

/// A cell.
pub(crate) struct Cell {
    /// The amount, or a dash.
    pub(crate) text: String,
    /// `estimated`, `none` or nothing.
    pub(crate) class: &'static str,
}

/// A row.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
    pub(crate) cells: Vec<Cell>,
}

/// The table.
pub(crate) struct Numbers {
    pub(crate) caption: String,
    pub(crate) first: &'static str,
    pub(crate) heads: Vec<&'static str>,
    pub(crate) rows: Vec<Row>,
    pub(crate) totals: Vec<String>,
    /// Whether the table is short enough to be open from the start.
    pub(crate) open: bool,
    pub(crate) has_estimates: bool,
}

struct Column {
    head: &'static str,
    slots: Vec<Slot>,
    total: String,
}

impl Numbers {
    /// The table of a report.
    pub(crate) fn new(report: &PeriodReport, now: Moment, zone: &TimeZone) -> Self {
        let step = report.period.step();
        let columns: Vec<_> =
            report.fuels.iter().flat_map(|fuel| columns(fuel, step, now)).collect();
        let longest = columns.iter().map(|column| &column.slots).max_by_key(|slots| slots.len());
        let (start, end) = report.days.moments(zone);
        let exact = end.since(start) % 86_400 != 0;
        let rows = longest.into_iter().flatten().filter(|slot| slot.start <= now);
        let has_estimates = columns
            .iter()
            .flat_map(|column| &column.slots)
            .any(|slot| matches!(slot.known, Known::Estimated(_)));
        Self {
            caption: format!("Energy in kWh, {}", super::title(report.period, report.days.from)),
            first: match step {
                Step::HalfHour => "Half-hour from",
                Step::Month => "Month",
                _ => "Day",
            },
            heads: columns.iter().map(|column| column.head).collect(),
            rows: rows.map(|slot| row(slot, &columns, step, exact, zone)).collect(),
            totals: columns.iter().map(|column| column.total.clone()).collect(),
            open: report.period == Period::Year,
            has_estimates,
        }
    }
}

fn columns(fuel: &FuelReport, step: Step, now: Moment) -> impl Iterator<Item = Column> {
    let column = |head, series: &Series| Column {
        head,
        slots: slots(series, now),
        total: series.total.map_or_else(dash, |total| amount(total.0, step)),
    };
    let export = fuel.export.as_ref().map(|export| column("Export", export));
    std::iter::once(column(now::title(fuel.fuel), &fuel.import)).chain(export)
}

fn row(slot: &Slot, columns: &[Column], step: Step, exact: bool, zone: &TimeZone) -> Row {
    let date = local_date(slot.start, zone);
    let (name, finer) = match step {
        Step::HalfHour if exact => (format::clock_with_zone(slot.start, zone), None),
        Step::HalfHour => (format::clock(slot.start, zone), None),
        Step::Month => (format::month_name(date).to_owned(), Some(Period::Month)),
        _ => (format::short_date(date), Some(Period::Day)),
    };
    Row {
        name,
        href: finer.map(|period| format!("../{}", address::period(period, date))),
        cells: columns.iter().map(|column| cell(column, slot.start, step)).collect(),
    }
}

fn cell(column: &Column, start: Moment, step: Step) -> Cell {
    // Series of one report are cut alike and in order.
    let place = column.slots.binary_search_by_key(&start, |slot| slot.start);
    let known = place.ok().and_then(|place| column.slots.get(place)).map(|slot| slot.known);
    match known {
        Some(Known::Measured(energy)) => Cell { text: amount(energy, step), class: "" },
        Some(Known::Estimated(energy)) => Cell { text: amount(energy, step), class: "estimated" },
        _ => Cell { text: dash(), class: "none" },
    }
}

fn dash() -> String {
    "\u{2013}".to_owned()
}

/// Half-hours to the Wh, days to 10 Wh, months to 100 Wh.
fn amount(energy: u64, step: Step) -> String {
    let places = match step {
        Step::HalfHour => 3,
        Step::Month => 1,
        _ => 2,
    };
    format::thousandths(energy, places)
}
