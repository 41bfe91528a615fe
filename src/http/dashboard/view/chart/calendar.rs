//! A year of days, each as deep in colour as much was used.

use jiff::tz::TimeZone;

use super::slot::{Known, Slot};
use crate::domain::calendar::local_date;
use crate::domain::units::WattHours;
use crate::http::dashboard::view::{address, format};
use crate::report::Period;

/// How many depths there are.
const DEPTHS: u64 = 5;

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
    pub(crate) days: Vec<Cell>,
}

/// One day.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// The day of the month.
    pub(crate) day: i8,
    /// `q1` to `q5`, `none` (not known) or `ahead`.
    pub(crate) class: &'static str,
    /// Its page, from this page's address; none for a day to come.
    pub(crate) href: Option<String>,
    /// `12.3 kWh`: there are hundreds of these, so the date is left to the
    /// cell's own text and its month's heading.
    pub(crate) tip: String,
}

/// What a depth means.
#[derive(Clone, Debug)]
pub(crate) struct Depth {
    pub(crate) class: &'static str,
    pub(crate) text: String,
}

/// A fuel's year.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub(crate) months: Vec<Month>,
    pub(crate) depths: Vec<Depth>,
    pub(crate) has_missing: bool,
}

impl Calendar {
    /// Draws the days; nothing when none is known.
    pub(crate) fn new(days: &[Slot], zone: &TimeZone) -> Option<Self> {
        let most = days.iter().filter_map(Slot::energy).max()?;
        let step = depth_step(most);
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
                month.days.push(cell(slot, date, step));
            }
        }
        let has_missing = days.iter().any(|slot| slot.known == Known::Missing);
        Some(Self { months, depths: depths(step), has_missing })
    }
}

/// The depth's size in Wh: finer than the gridlines' steps, so that the
/// legend's limits are round and the deepest colour is used.
fn depth_step(most: u64) -> u64 {
    let least = most.div_ceil(DEPTHS);
    let mut ten: u64 = 10;
    loop {
        for one in [1, 2, 3, 4, 5, 6, 8] {
            let step = ten.saturating_mul(one);
            if step >= least {
                return step;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

fn cell(slot: &Slot, date: jiff::civil::Date, step: u64) -> Cell {
    let amount = slot.energy();
    let class = match amount {
        Some(energy) => depth_class(energy.saturating_sub(1) / step),
        None if slot.known == Known::Ahead => "ahead",
        None => "none",
    };
    let said = match amount {
        Some(energy) => format::energy(WattHours(energy)).to_string(),
        None => "no readings".to_owned(),
    };
    Cell {
        day: date.day(),
        class,
        href: (slot.known != Known::Ahead)
            .then(|| format!("../{}", address::period(Period::Day, date))),
        tip: said,
    }
}

const fn depth_class(depth: u64) -> &'static str {
    match depth {
        0 => "q1",
        1 => "q2",
        2 => "q3",
        3 => "q4",
        _ => "q5",
    }
}

fn depths(step: u64) -> Vec<Depth> {
    let limit = |depth: u64| format::thousandths(depth * step, places(step));
    let text = |depth: u64| format!("{} to {}", limit(depth), limit(depth + 1));
    (0..DEPTHS)
        .map(|depth| Depth {
            class: depth_class(depth),
            text: if depth == 0 { format!("up to {} kWh", limit(1)) } else { text(depth) },
        })
        .collect()
}

const fn places(step: u64) -> u32 {
    match step {
        step if step % 1_000 == 0 => 0,
        step if step % 100 == 0 => 1,
        _ => 2,
    }
}
