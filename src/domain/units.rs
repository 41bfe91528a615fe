//! Quantities with units. They are parsed once at the edge, so that inner code cannot mix them up.

use serde::{Deserialize, Serialize};

/// A whole number of seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub struct Moment(i64);

impl From<i64> for Moment {
    fn from(seconds: i64) -> Self {
        Self::from_unix(seconds)
    }
}

impl From<Moment> for i64 {
    fn from(moment: Moment) -> Self {
        moment.unix()
    }
}

impl Moment {
    /// The last second this program handles, 9999-12-30T00:00:00Z.
    const LAST: i64 = 253_402_128_000;

    /// Clamps Unix seconds to the years 1970 to 9999.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < 0 {
            Self(0)
        } else if seconds > Self::LAST {
            Self(Self::LAST)
        } else {
            Self(seconds)
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The moment `seconds` later, or earlier if `seconds` is negative.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// The seconds from `earlier` to this moment; negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// Converts to the type of the calendar library.
    #[must_use]
    pub fn timestamp(self) -> jiff::Timestamp {
        // Cannot fail because `from_unix` clamps the value to jiff's range.
        jiff::Timestamp::from_second(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl From<jiff::Timestamp> for Moment {
    fn from(value: jiff::Timestamp) -> Self {
        Self::from_unix(value.as_second())
    }
}

/// RFC 3339 in UTC, the format of times in every interface.
impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.timestamp().fmt(f)
    }
}

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct WattHours(pub u64);

impl std::iter::Sum for WattHours {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|energy| energy.0).sum())
    }
}

/// Negative if the home exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Watts(pub i32);

/// Thousandths of a penny: an integer, so that money is never a binary float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millipence(pub i64);
