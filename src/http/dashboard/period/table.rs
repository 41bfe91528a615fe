//! The table with the numbers of the charts.

use jiff::tz::TimeZone;

use crate::domain::calendar::{Step, local_date};
use crate::domain::consumption::Series;
use crate::domain::units::Moment;
use crate::http::dashboard::chart::{Slot, SlotState, slots};
use crate::http::dashboard::{address, format};
use crate::report::{FuelReport, Period, PeriodReport};

pub(crate) struct Cell {
    /// The energy, or a dash.
    pub(crate) text: String,
    /// `estimated`, `none` or empty.
    pub(crate) class: &'static str,
}

pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
    pub(crate) cells: Vec<Cell>,
}

pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) row_heading: &'static str,
    pub(crate) column_headings: Vec<&'static str>,
    pub(crate) rows: Vec<Row>,
    pub(crate) totals: Vec<String>,
    /// Whether the table is short enough to be shown without a click.
    pub(crate) is_open: bool,
    pub(crate) has_estimates: bool,
}

struct Column {
    heading: &'static str,
    slots: Vec<Slot>,
    total: String,
}

impl Table {
    pub(crate) fn new(report: &PeriodReport, now: Moment, zone: &TimeZone) -> Self {
        let step = report.period.step();
        let columns: Vec<_> =
            report.fuels.iter().flat_map(|fuel| columns(fuel, step, now)).collect();
        let longest = columns.iter().map(|column| &column.slots).max_by_key(|slots| slots.len());
        let (start, end) = report.days.bounds(zone);
        let with_zone = end.since(start) % 86_400 != 0;
        let rows = longest.into_iter().flatten().filter(|slot| slot.start <= now);
        let has_estimates = columns
            .iter()
            .flat_map(|column| &column.slots)
            .any(|slot| matches!(slot.state, SlotState::Estimated(_)));
        Self {
            caption: format!(
                "Energy in kWh, {}",
                super::period_title(report.period, report.days.from)
            ),
            row_heading: match step {
                Step::HalfHour => "Half-hour from",
                Step::Month => "Month",
                _ => "Day",
            },
            column_headings: columns.iter().map(|column| column.heading).collect(),
            rows: rows.map(|slot| row(slot, &columns, step, with_zone, zone)).collect(),
            totals: columns.iter().map(|column| column.total.clone()).collect(),
            is_open: report.period == Period::Year,
            has_estimates,
        }
    }
}

fn columns(fuel: &FuelReport, step: Step, now: Moment) -> impl Iterator<Item = Column> {
    let column = |heading, series: &Series| Column {
        heading,
        slots: slots(series, now),
        total: series.total.map_or_else(dash, |total| amount(total.0, step)),
    };
    let export = fuel.export.as_ref().map(|export| column("Export", export));
    std::iter::once(column(format::fuel_name(fuel.fuel), &fuel.import)).chain(export)
}

fn row(slot: &Slot, columns: &[Column], step: Step, with_zone: bool, zone: &TimeZone) -> Row {
    let date = local_date(slot.start, zone);
    let (name, linked_period) = match step {
        Step::HalfHour if with_zone => (format::clock_with_zone(slot.start, zone), None),
        Step::HalfHour => (format::clock(slot.start, zone), None),
        Step::Month => (format::month_name(date).to_owned(), Some(Period::Month)),
        _ => (format::short_date(date), Some(Period::Day)),
    };
    Row {
        name,
        href: linked_period.map(|period| format!("../{}", address::period(period, date))),
        cells: columns.iter().map(|column| cell(column, slot.start, step)).collect(),
    }
}

fn cell(column: &Column, start: Moment, step: Step) -> Cell {
    // All series of a report have the same intervals in order.
    let index = column.slots.binary_search_by_key(&start, |slot| slot.start);
    let state = index.ok().and_then(|index| column.slots.get(index)).map(|slot| slot.state);
    match state {
        Some(SlotState::Measured(energy)) => Cell { text: amount(energy, step), class: "" },
        Some(SlotState::Estimated(energy)) => {
            Cell { text: amount(energy, step), class: "estimated" }
        }
        _ => Cell { text: dash(), class: "none" },
    }
}

fn dash() -> String {
    "\u{2013}".to_owned()
}

/// Formats kWh: half-hours are rounded to 1 Wh, days to 10 Wh and months to 100 Wh.
fn amount(energy: u64, step: Step) -> String {
    let decimals = match step {
        Step::HalfHour => 3,
        Step::Month => 1,
        _ => 2,
    };
    format::thousandths(energy, decimals)
}
