//! A chart of a day that is as high as a line of text.

use super::axis::left_edge;
use super::coordinate::{Pixels, WidthPercent};
use super::slot::Slot;

/// A chart that is 40 pixels high.
#[derive(Clone, Debug)]
pub(crate) struct Sparkline {
    /// One bar for each known interval: left, width, top, height.
    pub(crate) bars: Vec<(WidthPercent, WidthPercent, Pixels, Pixels)>,
}

impl Sparkline {
    /// Tenths of a pixel.
    const HEIGHT: u64 = 400;

    pub(crate) fn new(slots: &[Slot]) -> Self {
        let count = slots.len();
        let largest = slots.iter().filter_map(Slot::energy).max().unwrap_or(0).max(1);
        let bar = |(index, slot): (usize, &Slot)| {
            let energy =
                u128::from(slot.energy()?) * u128::from(Self::HEIGHT) / u128::from(largest);
            let height = u64::try_from(energy).unwrap_or(Self::HEIGHT).max(10);
            let (x, end) = (left_edge(index, count), left_edge(index + 1, count));
            Some((x, x.distance_to(end).percent(75), Pixels(Self::HEIGHT - height), Pixels(height)))
        };
        Self { bars: slots.iter().enumerate().filter_map(bar).collect() }
    }
}
