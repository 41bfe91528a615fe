//! A bar chart of energy by interval: import points up and export points down.

use jiff::tz::TimeZone;

use super::axis::{self, Band, ClockChange, Label, left_edge};
use super::coordinate::{Pixels, WidthPercent};
use super::legend::{self, LegendEntry, legend};
use super::scale::{Scale, Tick};
use super::slot::{Slot, SlotState};
use crate::domain::calendar::{Step, local_date};
use crate::domain::register::Fuel;
use crate::domain::units::WattHours;
use crate::http::dashboard::{address, format};
use crate::report::Period;

/// Pixels above the plot, for the unit.
const TOP_MARGIN: u64 = 26;
/// Pixels.
const PLOT_HEIGHT: u64 = 180;
const PLOT_HEIGHT_WITH_EXPORT: u64 = 230;

#[derive(Clone, Debug)]
pub(crate) struct Bar {
    pub(crate) y: Pixels,
    pub(crate) height: Pixels,
    /// `electricity`, `gas` or `export`.
    pub(crate) class: &'static str,
    /// The pattern of an estimated value.
    pub(crate) fill: Option<&'static str>,
    /// Position and text of the value above the bar, if there is room for it.
    pub(crate) value: Option<(Pixels, String)>,
}

/// One interval: its bars, tooltip and link.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// The area that reacts to the pointer.
    pub(crate) x: WidthPercent,
    pub(crate) width: WidthPercent,
    /// The area of the bars.
    pub(crate) bar_x: WidthPercent,
    pub(crate) bar_width: WidthPercent,
    pub(crate) middle: WidthPercent,
    pub(crate) tooltip: String,
    /// Link to the page of a shorter period, relative to this page.
    pub(crate) href: Option<String>,
    /// At most one for import and one for export.
    pub(crate) bars: Vec<Bar>,
}

/// The data of a chart.
pub(crate) struct BarChartData<'a> {
    pub(crate) fuel: Fuel,
    /// The accessible name.
    pub(crate) title: String,
    /// The accessible description, for screen readers.
    pub(crate) description: String,
    /// The length of its intervals.
    pub(crate) step: Step,
    pub(crate) import: &'a [Slot],
    /// Export in the same intervals as `import`.
    pub(crate) export: Option<&'a [Slot]>,
    /// The period whose page a bar links to.
    pub(crate) linked_period: Option<Period>,
    pub(crate) zone: &'a TimeZone,
}

#[derive(Clone, Debug)]
pub(crate) struct BarChart {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) height: Pixels,
    pub(crate) plot_top: Pixels,
    pub(crate) plot_height: Pixels,
    pub(crate) plot_bottom: Pixels,
    pub(crate) label_y: Pixels,
    pub(crate) second_label_y: Pixels,
    pub(crate) ticks: Vec<Tick>,
    pub(crate) labels: Vec<Label>,
    pub(crate) weekends: Vec<Band>,
    pub(crate) gaps: Vec<Band>,
    pub(crate) clock_change: Option<ClockChange>,
    pub(crate) columns: Vec<Column>,
    pub(crate) legend: Vec<LegendEntry>,
    /// Whether values above the bars are shown only on wide charts.
    pub(crate) crowded: bool,
}

impl BarChart {
    pub(crate) fn new(data: BarChartData<'_>) -> Self {
        let largest = |slots: &[Slot]| slots.iter().filter_map(Slot::energy).max().unwrap_or(0);
        let plot_height = if data.export.is_some() { PLOT_HEIGHT_WITH_EXPORT } else { PLOT_HEIGHT };
        let scale = Scale::new(
            largest(data.import),
            data.export.map_or(0, largest),
            TOP_MARGIN,
            plot_height,
        );
        let slots = data.import;
        let with_zone = slots
            .first()
            .zip(slots.last())
            .is_some_and(|(first, last)| axis::has_clock_change(first.start, last.end, data.zone));
        let columns =
            (0..slots.len()).filter_map(|index| column(&data, &scale, index, with_zone)).collect();
        let labels = axis::labels(slots, data.step, data.zone);
        let label_height =
            if labels.iter().any(|label| label.second_line.is_some()) { 40 } else { 24 };
        Self {
            id: data.fuel.name(),
            height: Pixels::whole(TOP_MARGIN + plot_height + label_height),
            plot_top: Pixels::whole(TOP_MARGIN),
            plot_height: Pixels::whole(plot_height),
            plot_bottom: Pixels::whole(TOP_MARGIN + plot_height),
            label_y: Pixels::whole(TOP_MARGIN + plot_height + 18),
            second_label_y: Pixels::whole(TOP_MARGIN + plot_height + 34),
            ticks: scale.ticks(),
            labels,
            weekends: axis::weekends(slots, data.step, data.zone),
            gaps: axis::bands_where(slots, |slot| slot.state == SlotState::Missing),
            clock_change: axis::clock_change(slots, data.step, data.zone),
            columns,
            legend: legend(data.fuel, slots, data.export),
            crowded: slots.len() > 7,
            title: data.title,
            description: data.description,
        }
    }
}

fn column(data: &BarChartData<'_>, scale: &Scale, index: usize, with_zone: bool) -> Option<Column> {
    let slots = data.import;
    let slot = slots.get(index)?;
    let export_slot = data.export.and_then(|export| export.get(index));
    if slot.state == SlotState::Future
        && export_slot.is_none_or(|export_slot| export_slot.energy().is_none())
    {
        return None;
    }
    let (x, end) = (left_edge(index, slots.len()), left_edge(index + 1, slots.len()));
    let width = x.distance_to(end);
    let bar_percent = if slots.len() > 12 { 78 } else { 66 };
    let show_value = slots.len() <= 12 && data.export.is_none();
    let import_bar = bar(slot, data.fuel.name(), |energy| scale.import_bar(energy), show_value);
    let export_bar = export_slot.and_then(|export_slot| {
        bar(export_slot, "export", |energy| scale.export_bar(energy), false)
    });
    let date = local_date(slot.start, data.zone);
    Some(Column {
        x,
        width,
        bar_x: x.plus(width.percent((100 - bar_percent) / 2)),
        bar_width: width.percent(bar_percent),
        middle: x.plus(width.percent(50)),
        tooltip: tooltip(data, slot, export_slot, with_zone),
        href: data.linked_period.map(|period| format!("../{}", address::period(period, date))),
        bars: import_bar.into_iter().chain(export_bar).collect(),
    })
}

fn bar(
    slot: &Slot,
    class: &'static str,
    extent: impl Fn(u64) -> (Pixels, Pixels),
    show_value: bool,
) -> Option<Bar> {
    let energy = slot.energy()?;
    let (y, height) = extent(energy);
    let estimated = matches!(slot.state, SlotState::Estimated(_));
    let value = show_value.then(|| (y.raised_by(5), format::energy(WattHours(energy)).number));
    Some(Bar { y, height, class, fill: estimated.then(|| legend::estimated_fill(class)), value })
}

/// `Sun 29 Mar 14:00 to 14:30: 0.42 kWh`.
fn tooltip(
    data: &BarChartData<'_>,
    slot: &Slot,
    export_slot: Option<&Slot>,
    with_zone: bool,
) -> String {
    let name = axis::interval_name(slot, data.step, with_zone, data.zone);
    let amount = amount_text(slot);
    let so_far = if slot.running { " so far" } else { "" };
    match export_slot {
        Some(export_slot) => format!(
            "{name}: {amount} from the grid, {} to the grid{so_far}",
            amount_text(export_slot)
        ),
        None => format!("{name}: {amount}{so_far}"),
    }
}

fn amount_text(slot: &Slot) -> String {
    match slot.state {
        SlotState::Measured(energy) => format::energy(WattHours(energy)).to_string(),
        SlotState::Estimated(energy) => {
            format!("{} (partly estimated or incomplete)", format::energy(WattHours(energy)))
        }
        SlotState::Missing | SlotState::Future => "no readings".to_owned(),
    }
}
