//! Quantities with their units. Parsed once at the edge; inner code cannot
//! hold a value of the wrong kind.

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

    /// A moment from Unix seconds; held between 1970 and 9999.
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

    /// This moment, `seconds` later (earlier when negative).
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` until this moment, negative when it lies before.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// The same moment for calendar work.
    #[must_use]
    pub fn timestamp(self) -> jiff::Timestamp {
        // Cannot fail because `from_unix` holds the value inside jiff's range.
        jiff::Timestamp::from_second(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl From<jiff::Timestamp> for Moment {
    fn from(value: jiff::Timestamp) -> Self {
        Self::from_unix(value.as_second())
    }
}

/// RFC 3339 in UTC, as every interface writes a time.
impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.timestamp().fmt(f)
    }
}

/// Energy in watt-hours.
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

/// Power in watts; negative when the home exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Watts(pub i32);

/// Money in thousandths of a penny, so that no binary float ever holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millipence(pub i64);
