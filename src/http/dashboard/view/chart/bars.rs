//! Energy by interval: import up, export down.

use jiff::tz::TimeZone;

use super::axis::{self, Band, Label, Turn, left};
use super::coordinate::{Across, Down};
use super::legend::{self, Entry, legend};
use super::scale::{Scale, Tick};
use super::slot::{Known, Slot};
use crate::domain::calendar::{Step, local_date};
use crate::domain::register::Fuel;
use crate::domain::units::WattHours;
use crate::http::dashboard::view::{address, format};
use crate::report::Period;

/// Room above the plot, where the unit stands.
const ABOVE: u64 = 26;
/// The plot's height, and with export.
const PLOT: (u64, u64) = (180, 230);

/// One bar.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// Its top.
    pub(crate) y: Down,
    /// Its height.
    pub(crate) height: Down,
    /// `electricity`, `gas` or `export`.
    pub(crate) class: &'static str,
    /// The pattern of an estimated one.
    pub(crate) paint: Option<&'static str>,
    /// The amount above it, when there is room.
    pub(crate) value: Option<(Down, String)>,
}

/// One interval: its bars and what a pointer on it tells.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Left end and width of its place.
    pub(crate) x: Across,
    pub(crate) width: Across,
    /// Left end, width and middle of its bars.
    pub(crate) bar_x: Across,
    pub(crate) bar_width: Across,
    pub(crate) middle: Across,
    /// The tooltip.
    pub(crate) tip: String,
    /// The finer page, from this page's address.
    pub(crate) href: Option<String>,
    /// None, one or two.
    pub(crate) bars: Vec<Bar>,
}

/// What to draw.
pub(crate) struct Plan<'a> {
    /// Which fuel.
    pub(crate) fuel: Fuel,
    /// What it shows, as a heading would say it.
    pub(crate) title: String,
    /// What it says, for those who do not see it.
    pub(crate) description: String,
    /// How it is cut.
    pub(crate) step: Step,
    /// Import.
    pub(crate) import: &'a [Slot],
    /// Export, cut alike.
    pub(crate) export: Option<&'a [Slot]>,
    /// What a bar leads to.
    pub(crate) finer: Option<Period>,
    /// Where the home is.
    pub(crate) zone: &'a TimeZone,
}

/// A bar chart.
#[derive(Clone, Debug)]
pub(crate) struct Bars {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) height: Down,
    pub(crate) top: Down,
    pub(crate) plot: Down,
    pub(crate) bottom: Down,
    pub(crate) axis: Down,
    pub(crate) axis_below: Down,
    pub(crate) ticks: Vec<Tick>,
    pub(crate) labels: Vec<Label>,
    pub(crate) weekends: Vec<Band>,
    pub(crate) gaps: Vec<Band>,
    pub(crate) turn: Option<Turn>,
    pub(crate) columns: Vec<Column>,
    pub(crate) legend: Vec<Entry>,
    /// Whether amounts above the bars need a wide chart.
    pub(crate) crowded: bool,
}

impl Bars {
    /// Draws it.
    pub(crate) fn new(plan: Plan<'_>) -> Self {
        let most = |slots: &[Slot]| slots.iter().filter_map(Slot::energy).max().unwrap_or(0);
        let plot = if plan.export.is_some() { PLOT.1 } else { PLOT.0 };
        let scale = Scale::new(most(plan.import), plan.export.map_or(0, most), ABOVE, plot);
        let slots = plan.import;
        let exact = slots
            .first()
            .zip(slots.last())
            .is_some_and(|(first, last)| axis::clocks_change(first.start, last.end, plan.zone));
        let columns =
            (0..slots.len()).filter_map(|place| column(&plan, &scale, place, exact)).collect();
        let labels = axis::labels(slots, plan.step, plan.zone);
        let below = if labels.iter().any(|label| label.below.is_some()) { 40 } else { 24 };
        Self {
            id: plan.fuel.name(),
            height: Down::pixels(ABOVE + plot + below),
            top: Down::pixels(ABOVE),
            plot: Down::pixels(plot),
            bottom: Down::pixels(ABOVE + plot),
            axis: Down::pixels(ABOVE + plot + 18),
            axis_below: Down::pixels(ABOVE + plot + 34),
            ticks: scale.ticks(),
            labels,
            weekends: axis::weekends(slots, plan.step, plan.zone),
            gaps: axis::runs(slots, |slot| slot.known == Known::Missing),
            turn: axis::turn(slots, plan.step, plan.zone),
            columns,
            legend: legend(plan.fuel, slots, plan.export),
            crowded: slots.len() > 7,
            title: plan.title,
            description: plan.description,
        }
    }
}

fn column(plan: &Plan<'_>, scale: &Scale, place: usize, exact: bool) -> Option<Column> {
    let slots = plan.import;
    let slot = slots.get(place)?;
    let out = plan.export.and_then(|export| export.get(place));
    if slot.known == Known::Ahead && out.is_none_or(|out| out.energy().is_none()) {
        return None;
    }
    let (x, end) = (left(place, slots.len()), left(place + 1, slots.len()));
    let width = x.until(end);
    let bar_share = if slots.len() > 12 { 78 } else { 66 };
    let valued = slots.len() <= 12 && plan.export.is_none();
    let up = bar(slot, plan.fuel.name(), |energy| scale.standing(energy), valued);
    let down = out.and_then(|out| bar(out, "export", |energy| scale.hanging(energy), false));
    let date = local_date(slot.start, plan.zone);
    Some(Column {
        x,
        width,
        bar_x: x.plus(width.percent((100 - bar_share) / 2)),
        bar_width: width.percent(bar_share),
        middle: x.plus(width.percent(50)),
        tip: tip(plan, slot, out, exact),
        href: plan.finer.map(|period| format!("../{}", address::period(period, date))),
        bars: up.into_iter().chain(down).collect(),
    })
}

fn bar(
    slot: &Slot,
    class: &'static str,
    place: impl Fn(u64) -> (Down, Down),
    valued: bool,
) -> Option<Bar> {
    let energy = slot.energy()?;
    let (y, height) = place(energy);
    let estimated = matches!(slot.known, Known::Estimated(_));
    let value = valued.then(|| (y.up(5), format::energy(WattHours(energy)).number));
    Some(Bar { y, height, class, paint: estimated.then(|| legend::estimated(class)), value })
}

/// `Sun 29 Mar 14:00 to 14:30: 0.42 kWh`.
fn tip(plan: &Plan<'_>, slot: &Slot, out: Option<&Slot>, exact: bool) -> String {
    let name = axis::name(slot, plan.step, exact, plan.zone);
    let amount = said(slot);
    let so_far = if slot.running { " so far" } else { "" };
    match out {
        Some(out) => format!("{name}: {amount} from the grid, {} to the grid{so_far}", said(out)),
        None => format!("{name}: {amount}{so_far}"),
    }
}

fn said(slot: &Slot) -> String {
    match slot.known {
        Known::Measured(energy) => format::energy(WattHours(energy)).to_string(),
        Known::Estimated(energy) => {
            format!("{} (partly estimated or incomplete)", format::energy(WattHours(energy)))
        }
        Known::Missing | Known::Ahead => "no readings".to_owned(),
    }
}
