//! A calendar of a year that shades each day by its consumption.

use jiff::tz::TimeZone;

use super::slot::{Slot, SlotState};
use crate::domain::calendar::local_date;
use crate::domain::units::WattHours;
use crate::http::dashboard::{address, format};
use crate::report::Period;

/// Number of shades.
const SHADE_COUNT: u64 = 5;

#[derive(Clone, Debug)]
pub(crate) struct Month {
    pub(crate) name: &'static str,
    /// Link to its page, relative to this page.
    pub(crate) href: String,
    /// Number of empty cells before its first day (0 to 6).
    pub(crate) offset: i8,
    pub(crate) days: Vec<DayCell>,
}

#[derive(Clone, Debug)]
pub(crate) struct DayCell {
    pub(crate) day: i8,
    /// `q1` to `q5`, `none` (not known) or `ahead` (in the future).
    pub(crate) class: &'static str,
    /// Link to its page, relative to this page; `None` for a day in the future.
    pub(crate) href: Option<String>,
    /// Such as `12.3 kWh`. The date is omitted because a page has hundreds of tooltips, and the cell
    /// and the heading of the month show it.
    pub(crate) tooltip: String,
}

/// A shade and the range that it represents.
#[derive(Clone, Debug)]
pub(crate) struct Shade {
    pub(crate) class: &'static str,
    pub(crate) text: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub(crate) months: Vec<Month>,
    pub(crate) shades: Vec<Shade>,
    pub(crate) has_missing: bool,
}

impl Calendar {
    /// Creates the calendar; `None` if no day has data.
    pub(crate) fn new(days: &[Slot], zone: &TimeZone) -> Option<Self> {
        let largest = days.iter().filter_map(Slot::energy).max()?;
        let step = shade_step(largest);
        let mut months: Vec<Month> = Vec::with_capacity(12);
        for slot in days {
            let date = local_date(slot.start, zone);
            if date.day() == 1 || months.is_empty() {
                months.push(Month {
                    name: format::month_name(date),
                    href: format!("../{}", address::period(Period::Month, date)),
                    offset: date.weekday().to_monday_zero_offset(),
                    days: Vec::with_capacity(31),
                });
            }
            if let Some(month) = months.last_mut() {
                month.days.push(day_cell(slot, date, step));
            }
        }
        let has_missing = days.iter().any(|slot| slot.state == SlotState::Missing);
        Some(Self { months, shades: shades(step), has_missing })
    }
}

/// The range of a shade in Wh. The steps are finer than those of gridlines, so that limits in the
/// legend are round numbers and the darkest shade is used.
fn shade_step(largest: u64) -> u64 {
    let minimum = largest.div_ceil(SHADE_COUNT);
    let mut power_of_ten: u64 = 10;
    loop {
        for factor in [1, 2, 3, 4, 5, 6, 8] {
            let step = power_of_ten.saturating_mul(factor);
            if step >= minimum {
                return step;
            }
        }
        power_of_ten = power_of_ten.saturating_mul(10);
    }
}

fn day_cell(slot: &Slot, date: jiff::civil::Date, step: u64) -> DayCell {
    let amount = slot.energy();
    let class = match amount {
        Some(energy) => shade_class(energy.saturating_sub(1) / step),
        None if slot.state == SlotState::Future => "ahead",
        None => "none",
    };
    let tooltip = match amount {
        Some(energy) => format::energy(WattHours(energy)).to_string(),
        None => "no readings".to_owned(),
    };
    DayCell {
        day: date.day(),
        class,
        href: (slot.state != SlotState::Future)
            .then(|| format!("../{}", address::period(Period::Day, date))),
        tooltip,
    }
}

const fn shade_class(shade: u64) -> &'static str {
    match shade {
        0 => "q1",
        1 => "q2",
        2 => "q3",
        3 => "q4",
        _ => "q5",
    }
}

fn shades(step: u64) -> Vec<Shade> {
    let limit = |shade: u64| format::thousandths(shade * step, decimals(step));
    let text = |shade: u64| format!("{} to {}", limit(shade), limit(shade + 1));
    (0..SHADE_COUNT)
        .map(|shade| Shade {
            class: shade_class(shade),
            text: if shade == 0 { format!("up to {} kWh", limit(1)) } else { text(shade) },
        })
        .collect()
}

const fn decimals(step: u64) -> u32 {
    match step {
        step if step % 1_000 == 0 => 0,
        step if step % 100 == 0 => 1,
        _ => 2,
    }
}
