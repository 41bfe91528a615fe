//! The section of a fuel on a period page.

use jiff::tz::TimeZone;

use crate::domain::calendar::{Step, local_date};
use crate::domain::units::{Moment, WattHours};
use crate::http::dashboard::chart::{BarChart, BarChartData, Calendar, SeriesSummary, Slot, slots};
use crate::http::dashboard::format::{self, Quantity};
use crate::report::{FuelReport, Period, PeriodReport};

pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) note: String,
}

pub(crate) struct FuelSection {
    pub(crate) title: &'static str,
    pub(crate) class: &'static str,
    pub(crate) import_label: &'static str,
    pub(crate) imported: Option<Quantity>,
    pub(crate) exported: Option<Quantity>,
    pub(crate) comparison: Option<String>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) bars: Option<BarChart>,
    pub(crate) calendar: Option<Calendar>,
    pub(crate) notes: Vec<String>,
}

impl FuelSection {
    pub(crate) fn new(
        fuel: &FuelReport,
        report: &PeriodReport,
        now: Moment,
        zone: &TimeZone,
    ) -> Self {
        let import = slots(&fuel.import, now);
        let export = fuel.export.as_ref().map(|export| slots(export, now));
        let days = fuel.by_day.as_ref().map(|days| slots(days, now));
        let summary = SeriesSummary::of(&import);
        let export_summary = export.as_deref().map(SeriesSummary::of);
        let has_data =
            summary.has_data() || export_summary.as_ref().is_some_and(SeriesSummary::has_data);
        let context = Context { report, zone, running: is_running(report, now, zone) };
        Self {
            title: format::fuel_name(fuel.fuel),
            import_label: if fuel.export.is_some() { "From the grid" } else { "Used" },
            class: fuel.fuel.name(),
            imported: fuel.import.total.map(format::energy),
            exported: fuel.export.as_ref().and_then(|export| export.total).map(format::energy),
            comparison: comparison(fuel, &context),
            figures: figures(&import, days.as_deref(), &context),
            bars: has_data.then(|| bar_chart(fuel, &import, export.as_deref(), &summary, &context)),
            calendar: days.as_deref().and_then(|days| Calendar::new(days, zone)),
            notes: notes(fuel, &summary, report.period),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.imported.is_none() && self.bars.is_none()
    }
}

struct Context<'a> {
    report: &'a PeriodReport,
    zone: &'a TimeZone,
    running: bool,
}

fn is_running(report: &PeriodReport, now: Moment, zone: &TimeZone) -> bool {
    report.days.contains(local_date(now, zone))
}

fn comparison(fuel: &FuelReport, context: &Context<'_>) -> Option<String> {
    let amount = format::comparison(fuel.import.total?, fuel.previous?)?;
    let before = match (context.report.period, context.running) {
        (Period::Day, false) => "the day before",
        (Period::Week, false) => "the week before",
        (Period::Month, false) => "the month before",
        (Period::Year, false) => "the year before",
        (Period::Day, true) => "by this time yesterday",
        (Period::Week, true) => "by this point last week",
        (Period::Month, true) => "by this point last month",
        (Period::Year, true) => "by this point last year",
    };
    Some(format!("{amount} {before}"))
}

fn figures(import: &[Slot], days: Option<&[Slot]>, context: &Context<'_>) -> Vec<Figure> {
    let step = context.report.period.step();
    let peak_figure = |slots: &[Slot], step| {
        let (index, energy) = SeriesSummary::of(slots).peak?;
        let slot = slots.get(index)?;
        Some(Figure {
            name: if step == Step::HalfHour { "Highest half-hour" } else { "Highest day" },
            value: format::energy(WattHours(energy)).to_string(),
            note: interval_name(slot, step, context.zone),
        })
    };
    let by_day = if step == Step::Day { Some(import) } else { days };
    let average = by_day.and_then(|days| {
        let summary = SeriesSummary::of(days);
        let plural = if summary.finished_count == 1 { "day" } else { "days" };
        Some(Figure {
            name: "Daily average",
            value: format::energy(WattHours(summary.average()?)).to_string(),
            note: format!("over {} {plural} with readings", summary.finished_count),
        })
    });
    let peak = match by_day {
        Some(days) => peak_figure(days, Step::Day),
        None if step == Step::HalfHour => peak_figure(import, step),
        None => None,
    };
    average.into_iter().chain(peak).collect()
}

fn interval_name(slot: &Slot, step: Step, zone: &TimeZone) -> String {
    if step == Step::HalfHour {
        format!("{} to {}", format::clock(slot.start, zone), format::clock(slot.end, zone))
    } else {
        format::short_date(local_date(slot.start, zone))
    }
}

fn bar_chart(
    fuel: &FuelReport,
    import: &[Slot],
    export: Option<&[Slot]>,
    summary: &SeriesSummary,
    context: &Context<'_>,
) -> BarChart {
    let period = context.report.period;
    let (unit, linked_period) = match period {
        Period::Day => ("half-hour", None),
        Period::Week | Period::Month => ("day", Some(Period::Day)),
        Period::Year => ("month", Some(Period::Month)),
    };
    let title = format::fuel_name(fuel.fuel);
    let total = format::energy(fuel.import.total.unwrap_or(WattHours(summary.known_energy)));
    BarChart::new(BarChartData {
        fuel: fuel.fuel,
        title: format!(
            "{title} by {unit}, {}",
            super::period_title(period, context.report.days.from)
        ),
        description: description(&total, import, summary, period.step(), context.zone),
        step: period.step(),
        import,
        export,
        linked_period,
        zone: context.zone,
    })
}

fn description(
    total: &Quantity,
    import: &[Slot],
    summary: &SeriesSummary,
    step: Step,
    zone: &TimeZone,
) -> String {
    let peak = summary
        .peak
        .and_then(|(index, energy)| Some((import.get(index)?, energy)))
        .filter(|_| step != Step::Month)
        .map(|(slot, energy)| {
            let largest = format::energy(WattHours(energy));
            format!(" The most was {largest}, {}.", interval_name(slot, step, zone))
        });
    let missing = match summary.missing {
        0 => String::new(),
        count => format!(" {count} of {} have no readings.", summary.passed),
    };
    format!("{total} in all.{}{missing}", peak.unwrap_or_default())
}

/// Notes that qualify the total.
fn notes(fuel: &FuelReport, summary: &SeriesSummary, period: Period) -> Vec<String> {
    let unit = match period {
        Period::Day => "half-hours",
        Period::Week | Period::Month => "days",
        Period::Year => "months",
    };
    let missing = (summary.missing > 0)
        .then(|| format!("{} of {} {unit} have no readings.", summary.missing, summary.passed));
    let estimated = (summary.estimated > 0).then(|| {
        format!(
            "{} of {} {unit} are partly estimated or incomplete, because readings paused.",
            summary.estimated, summary.passed
        )
    });
    let energy_without_time = fuel
        .import
        .total
        .map(|total| total.0.saturating_sub(summary.known_energy))
        .filter(|remainder| *remainder > 0)
        .map(|remainder| {
            let remainder = format::energy(WattHours(remainder));
            format!("The total includes {remainder} whose time of use is not known.")
        });
    missing.into_iter().chain(estimated).chain(energy_without_time).collect()
}
