//! Two amounts side by side.

use super::coordinate::WidthPercent;

/// Two amounts as bars on one scale.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ComparisonBars {
    /// The first one's width.
    pub(crate) first: WidthPercent,
    /// The second one's width.
    pub(crate) second: WidthPercent,
}

impl ComparisonBars {
    /// Compares two amounts.
    pub(crate) fn new(first: u64, second: u64) -> Self {
        let largest = first.max(second).max(1);
        Self {
            first: WidthPercent::ratio(first, largest),
            second: WidthPercent::ratio(second, largest),
        }
    }
}
