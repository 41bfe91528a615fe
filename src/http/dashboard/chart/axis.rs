//! The horizontal axis of a chart, and the names of intervals.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use super::coordinate::WidthPercent;
use super::slot::Slot;
use crate::domain::calendar::{Step, local_date};
use crate::domain::units::Moment;
use crate::http::dashboard::format::{
    clock, clock_with_zone, day_month, month_name, month_year, short_date,
};

#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) x: WidthPercent,
    pub(crate) text: String,
    pub(crate) second_line: Option<String>,
    /// Replaces `text` where the chart is narrow.
    pub(crate) narrow_text: Option<&'static str>,
    /// `wide` labels are shown only on wide charts; `now` marks today.
    pub(crate) class: &'static str,
}

/// A tinted background, such as a weekend's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Band {
    pub(crate) x: WidthPercent,
    pub(crate) width: WidthPercent,
}

/// Marks the time at which the clocks change.
#[derive(Clone, Debug)]
pub(crate) struct ClockChange {
    pub(crate) x: WidthPercent,
    pub(crate) text: &'static str,
}

/// The left end of interval `index` of `count`.
pub(crate) fn left_edge(index: usize, count: usize) -> WidthPercent {
    WidthPercent::ratio(index as u64, count as u64)
}

fn midpoint(index: usize, count: usize) -> WidthPercent {
    WidthPercent::ratio(2 * index as u64 + 1, 2 * count as u64)
}

/// The labels of a chart whose intervals have the length `step`.
pub(crate) fn labels(slots: &[Slot], step: Step, zone: &TimeZone) -> Vec<Label> {
    let count = slots.len();
    let numbered = slots.iter().enumerate();
    if !step.is_whole_days() {
        return numbered.filter_map(|(index, slot)| hour_label(index, count, slot, zone)).collect();
    }
    let today = slots.iter().position(|slot| slot.running);
    let label = |(index, slot)| {
        let mut label = date_label(index, count, slot, step, zone);
        let beside_today = today.is_some_and(|today| today.abs_diff(index) == 1);
        if beside_today && count > 12 {
            label.class = "wide";
        }
        label
    };
    numbered.map(label).collect()
}

fn hour_label(index: usize, count: usize, slot: &Slot, zone: &TimeZone) -> Option<Label> {
    let time = zone.to_datetime(slot.start.timestamp());
    let hour = time.hour();
    let class = match (time.minute(), hour % 4) {
        (0, 0) => "",
        (0, 2) => "wide",
        _ => return None,
    };
    let text = format!("{hour:02}:00");
    Some(Label { x: left_edge(index, count), text, second_line: None, narrow_text: None, class })
}

fn date_label(index: usize, count: usize, slot: &Slot, step: Step, zone: &TimeZone) -> Label {
    let date = local_date(slot.start, zone);
    let day = date.day();
    let narrow_text = (step == Step::Month).then(|| &month_name(date)[..1]);
    let (text, second_line, always_shown) = match step {
        Step::Month => (month_name(date)[..3].to_owned(), None, true),
        Step::Year => (date.year().to_string(), None, true),
        _ if count <= 7 => {
            let second_line =
                if index == 0 || day == 1 { day_month(date) } else { day.to_string() };
            (short_date(date)[..3].to_owned(), Some(second_line), true)
        }
        _ => (day.to_string(), None, day == 1 || day % 5 == 0),
    };
    let class = match (slot.running, always_shown) {
        (true, _) => "now",
        (false, true) => "",
        (false, false) => "wide",
    };
    Label { x: midpoint(index, count), text, second_line, narrow_text, class }
}

/// The weekends in a chart of more than seven days.
pub(crate) fn weekends(slots: &[Slot], step: Step, zone: &TimeZone) -> Vec<Band> {
    let count = slots.len();
    if step != Step::Day || count <= 7 {
        return Vec::new();
    }
    let is_weekend = |slot: &Slot| {
        matches!(local_date(slot.start, zone).weekday(), Weekday::Saturday | Weekday::Sunday)
    };
    bands_where(slots, is_weekend)
}

/// Bands over runs of consecutive slots that satisfy `predicate`.
pub(crate) fn bands_where(slots: &[Slot], predicate: impl Fn(&Slot) -> bool) -> Vec<Band> {
    let count = slots.len();
    let mut bands = Vec::new();
    let mut index = 0;
    for run in slots.chunk_by(|one, next| predicate(one) == predicate(next)) {
        let (x, end) = (left_edge(index, count), left_edge(index + run.len(), count));
        index += run.len();
        if run.first().is_some_and(&predicate) {
            bands.push(Band { x, width: x.distance_to(end) });
        }
    }
    bands
}

/// Finds the clock change in a chart of half-hours.
pub(crate) fn clock_change(slots: &[Slot], step: Step, zone: &TimeZone) -> Option<ClockChange> {
    if step != Step::HalfHour {
        return None;
    }
    let offset = |slot: &Slot| zone.to_offset(slot.start.timestamp());
    let before = offset(slots.first()?);
    let index = slots.iter().position(|slot| offset(slot) != before)?;
    let forward = offset(slots.get(index)?) > before;
    let text = if forward { "clocks forward" } else { "clocks back" };
    Some(ClockChange { x: left_edge(index, slots.len()), text })
}

/// Whether the UTC offsets at two moments differ.
pub(crate) fn has_clock_change(start: Moment, end: Moment, zone: &TimeZone) -> bool {
    zone.to_offset(start.timestamp()) != zone.to_offset(end.timestamp())
}

/// The name of an interval: `Sun 29 Mar 14:00 to 14:30`, `Sun 29 Mar` or `March 2026`. If
/// `with_zone` is set, BST or GMT follows each time.
pub(crate) fn interval_name(slot: &Slot, step: Step, with_zone: bool, zone: &TimeZone) -> String {
    let date = local_date(slot.start, zone);
    let time = if with_zone { clock_with_zone } else { clock };
    match step {
        Step::HalfHour | Step::Hour => {
            format!("{} {} to {}", short_date(date), time(slot.start, zone), time(slot.end, zone))
        }
        Step::Day => short_date(date),
        Step::Week => format!("Week of {}", day_month(date)),
        Step::Month => month_year(date),
        Step::Year => date.year().to_string(),
    }
}
