//! A fuel's part of a period page.

use jiff::tz::TimeZone;

use crate::domain::calendar::{Step, local_date};
use crate::domain::units::{Moment, WattHours};
use crate::http::dashboard::view::chart::{Bars, Calendar, Plan, Slot, Story, slots};
use crate::http::dashboard::view::format::{self, Quantity};
use crate::http::dashboard::view::now;
use crate::report::{FuelReport, Period, PeriodReport};

/// A figure below the total.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) note: String,
}

/// The section.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) class: &'static str,
    pub(crate) used_name: &'static str,
    pub(crate) used: Option<Quantity>,
    pub(crate) sent: Option<Quantity>,
    pub(crate) compared: Option<String>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) bars: Option<Bars>,
    pub(crate) calendar: Option<Calendar>,
    pub(crate) notes: Vec<String>,
}

impl Section {
    /// The section of a fuel.
    pub(crate) fn new(
        fuel: &FuelReport,
        report: &PeriodReport,
        now: Moment,
        zone: &TimeZone,
    ) -> Self {
        let import = slots(&fuel.import, now);
        let export = fuel.export.as_ref().map(|export| slots(export, now));
        let days = fuel.by_day.as_ref().map(|days| slots(days, now));
        let story = Story::of(&import);
        let out = export.as_deref().map(Story::of);
        let any = story.has_any() || out.as_ref().is_some_and(Story::has_any);
        let context = Context { report, zone, running: is_running(report, now, zone) };
        Self {
            title: now::title(fuel.fuel),
            used_name: if fuel.export.is_some() { "From the grid" } else { "Used" },
            class: fuel.fuel.name(),
            used: fuel.import.total.map(format::energy),
            sent: fuel.export.as_ref().and_then(|export| export.total).map(format::energy),
            compared: compared(fuel, &context),
            figures: figures(&import, days.as_deref(), &context),
            bars: any.then(|| bars(fuel, &import, export.as_deref(), &story, &context)),
            calendar: days.as_deref().and_then(|days| Calendar::new(days, zone)),
            notes: notes(fuel, &story, report.period),
        }
    }

    /// Whether nothing is known of the fuel.
    pub(crate) fn is_empty(&self) -> bool {
        self.used.is_none() && self.bars.is_none()
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

fn compared(fuel: &FuelReport, context: &Context<'_>) -> Option<String> {
    let amount = format::compared(fuel.import.total?, fuel.previous?)?;
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
    let peak_of = |slots: &[Slot], step| {
        let (place, energy) = Story::of(slots).peak?;
        let slot = slots.get(place)?;
        Some(Figure {
            name: if step == Step::HalfHour { "Highest half-hour" } else { "Highest day" },
            value: format::energy(WattHours(energy)).to_string(),
            note: interval_name(slot, step, context.zone),
        })
    };
    let daily = if step == Step::Day { Some(import) } else { days };
    let average = daily.and_then(|days| {
        let story = Story::of(days);
        let plural = if story.finished.1 == 1 { "day" } else { "days" };
        Some(Figure {
            name: "Daily average",
            value: format::energy(WattHours(story.average()?)).to_string(),
            note: format!("over {} {plural} with readings", story.finished.1),
        })
    });
    let peak = match daily {
        Some(days) => peak_of(days, Step::Day),
        None if step == Step::HalfHour => peak_of(import, step),
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

fn bars(
    fuel: &FuelReport,
    import: &[Slot],
    export: Option<&[Slot]>,
    story: &Story,
    context: &Context<'_>,
) -> Bars {
    let period = context.report.period;
    let (each, finer) = match period {
        Period::Day => ("half-hour", None),
        Period::Week | Period::Month => ("day", Some(Period::Day)),
        Period::Year => ("month", Some(Period::Month)),
    };
    let title = now::title(fuel.fuel);
    let total = format::energy(fuel.import.total.unwrap_or(WattHours(story.known)));
    Bars::new(Plan {
        fuel: fuel.fuel,
        title: format!("{title} by {each}, {}", super::title(period, context.report.days.from)),
        description: describe(&total, import, story, period.step(), context.zone),
        step: period.step(),
        import,
        export,
        finer,
        zone: context.zone,
    })
}

fn describe(
    total: &Quantity,
    import: &[Slot],
    story: &Story,
    step: Step,
    zone: &TimeZone,
) -> String {
    let peak = story
        .peak
        .and_then(|(place, energy)| Some((import.get(place)?, energy)))
        .filter(|_| step != Step::Month)
        .map(|(slot, energy)| {
            let most = format::energy(WattHours(energy));
            format!(" The most was {most}, {}.", interval_name(slot, step, zone))
        });
    let missing = match story.missing {
        0 => String::new(),
        count => format!(" {count} of {} have no readings.", story.passed),
    };
    format!("{total} in all.{}{missing}", peak.unwrap_or_default())
}

/// What the reader should know before trusting the total.
fn notes(fuel: &FuelReport, story: &Story, period: Period) -> Vec<String> {
    let each = match period {
        Period::Day => "half-hours",
        Period::Week | Period::Month => "days",
        Period::Year => "months",
    };
    let missing = (story.missing > 0)
        .then(|| format!("{} of {} {each} have no readings.", story.missing, story.passed));
    let estimated = (story.estimated > 0).then(|| {
        format!(
            "{} of {} {each} are partly estimated or incomplete, because readings paused.",
            story.estimated, story.passed
        )
    });
    let unplaced = fuel
        .import
        .total
        .map(|total| total.0.saturating_sub(story.known))
        .filter(|rest| *rest > 0)
        .map(|rest| {
            let rest = format::energy(WattHours(rest));
            format!("The total includes {rest} that was used at times that are not known.")
        });
    missing.into_iter().chain(estimated).chain(unplaced).collect()
}
