//! Positions in a chart. They are integers, so that adjacent bars meet exactly.

use std::fmt;

/// A fraction of the chart's width in hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WidthPercent(u64);

impl WidthPercent {
    const FULL_WIDTH: u64 = 10_000;

    /// `part / whole`, or the full width if `whole` is 0.
    pub(crate) fn ratio(part: u64, whole: u64) -> Self {
        let share = part.saturating_mul(Self::FULL_WIDTH).checked_div(whole);
        Self(share.unwrap_or(Self::FULL_WIDTH).min(Self::FULL_WIDTH))
    }

    /// The distance from here to `end`.
    pub(crate) fn distance_to(self, end: Self) -> Self {
        Self(end.0.saturating_sub(self.0))
    }

    /// `percent` of this distance.
    pub(crate) fn percent(self, percent: u64) -> Self {
        Self(self.0 * percent / 100)
    }

    /// The position `distance` to the right.
    pub(crate) fn plus(self, distance: Self) -> Self {
        Self(self.0 + distance.0)
    }
}

impl fmt::Display for WidthPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}%"),
            (whole, part) if part % 10 == 0 => write!(f, "{whole}.{}%", part / 10),
            (whole, part) => write!(f, "{whole}.{part:02}%"),
        }
    }
}

/// A distance from the top in tenths of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pixels(pub(crate) u64);

impl Pixels {
    pub(crate) const fn whole(pixels: u64) -> Self {
        Self(pixels * 10)
    }

    /// The position `pixels` higher, but not above the top.
    pub(crate) const fn raised_by(self, pixels: u64) -> Self {
        Self(self.0.saturating_sub(pixels * 10))
    }
}

impl fmt::Display for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, part) => write!(f, "{whole}.{part}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_have_no_trailing_zeros_and_neighbours_meet() {
        assert_eq!(WidthPercent::ratio(1, 48).to_string(), "2.08%");
        assert_eq!(WidthPercent::ratio(1, 8).to_string(), "12.5%");
        assert_eq!(WidthPercent::ratio(48, 48).to_string(), "100%");
        assert_eq!(WidthPercent::ratio(1, 0).to_string(), "100%");
        let (first, second) = (WidthPercent::ratio(1, 46), WidthPercent::ratio(2, 46));
        assert_eq!(first.plus(first.distance_to(second)), second);
        assert_eq!(Pixels(123).to_string(), "12.3");
        assert_eq!(Pixels::whole(12).raised_by(20).to_string(), "0");
    }
}
