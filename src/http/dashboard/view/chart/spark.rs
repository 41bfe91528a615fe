//! The small pictures: a day in a line's height, and two amounts side by side.

use super::axis::left;
use super::coordinate::{Across, Down};
use super::slot::Slot;

/// A day in 40 pixels.
#[derive(Clone, Debug)]
pub(crate) struct Spark {
    /// One bar for each known interval: left, width, top, height.
    pub(crate) bars: Vec<(Across, Across, Down, Down)>,
}

impl Spark {
    const HEIGHT: u64 = 400;

    /// Draws the known intervals of a day.
    pub(crate) fn new(slots: &[Slot]) -> Self {
        let count = slots.len();
        let most = slots.iter().filter_map(Slot::energy).max().unwrap_or(0).max(1);
        let bar = |(place, slot): (usize, &Slot)| {
            let energy = u128::from(slot.energy()?) * u128::from(Self::HEIGHT) / u128::from(most);
            let height = u64::try_from(energy).unwrap_or(Self::HEIGHT).max(10);
            let (x, end) = (left(place, count), left(place + 1, count));
            Some((x, x.until(end).percent(75), Down(Self::HEIGHT - height), Down(height)))
        };
        Self { bars: slots.iter().enumerate().filter_map(bar).collect() }
    }
}

/// Two amounts as bars on one scale.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duel {
    /// The first one's width.
    pub(crate) first: Across,
    /// The second one's width.
    pub(crate) second: Across,
}

impl Duel {
    /// Compares two amounts.
    pub(crate) fn new(first: u64, second: u64) -> Self {
        let most = first.max(second).max(1);
        Self { first: Across::share(first, most), second: Across::share(second, most) }
    }
}
