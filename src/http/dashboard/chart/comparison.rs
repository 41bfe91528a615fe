//! A comparison of two amounts.

use super::coordinate::WidthPercent;

/// Two amounts as bars on one scale.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ComparisonBars {
    pub(crate) first: WidthPercent,
    pub(crate) second: WidthPercent,
}

impl ComparisonBars {
    pub(crate) fn new(first: u64, second: u64) -> Self {
        let largest = first.max(second).max(1);
        Self {
            first: WidthPercent::ratio(first, largest),
            second: WidthPercent::ratio(second, largest),
        }
    }
}
