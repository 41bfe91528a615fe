//! A year of days, each as deep in colour as much was used.

use jiff::tz::TimeZone;

use super::slot::{Slot, SlotState};
use crate::domain::calendar::local_date;
use crate::domain::units::WattHours;
use crate::http::dashboard::{address, format};
use crate::report::Period;

/// How many depths there are.
const SHADE_COUNT: u64 = 5;

/// A month of cells.
#[derive(Clone, Debug)]
pub(crate) struct Month {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its page, from this page's address.
    pub(crate) href: String,
    /// Empty cells before its first day.
    pub(crate) offset: i8,
    /// Its days.
    pub(crate) days: Vec<DayCell>,
}

/// One day.
#[derive(Clone, Debug)]
pub(crate) struct DayCell {
    /// The day of the month.
    pub(crate) day: i8,
    /// `q1` to `q5`, `none` (not known) or `ahead`.
    pub(crate) class: &'static str,
    /// Its page, from this page's address; none for a day to come.
    pub(crate) href: Option<String>,
    /// `12.3 kWh`: there are hundreds of these, so the date is left to the
    /// cell's own text and its month's heading.
    pub(crate) tooltip: String,
}

/// What a depth means.
#[derive(Clone, Debug)]
pub(crate) struct Shade {
    pub(crate) class: &'static str,
    pub(crate) text: String,
}

/// A fuel's year.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub(crate) months: Vec<Month>,
    pub(crate) shades: Vec<Shade>,
    pub(crate) has_missing: bool,
}

impl Calendar {
    /// Draws the days; nothing when none is known.
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

/// The depth's size in Wh: finer than the gridlines' steps, so that the
/// legend's limits are round and the deepest colour is used.
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
