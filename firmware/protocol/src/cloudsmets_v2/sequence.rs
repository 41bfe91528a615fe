//! The `seq` and `step` members.

use serde::Deserialize;

/// The position of a message among those of a device. A greater value is later. The receiver can
/// restore the order of messages and count missing ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "[u32; 2]")]
pub struct Sequence {
    /// The number of times that the device has started.
    pub boot: u32,
    /// The number of the message since that start.
    pub message: u32,
}

impl From<[u32; 2]> for Sequence {
    fn from([boot, message]: [u32; 2]) -> Self {
        Self { boot, message }
    }
}

/// Seconds between samples, 1 to 3600.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "u16")]
pub struct Step(u16);

impl Step {
    /// The default for an absent `step`, and the interval at which an electricity meter has new values.
    pub const TEN_SECONDS: Self = Self(10);

    /// `None` unless `seconds` is 1 to 3600.
    #[must_use]
    pub const fn new(seconds: u16) -> Option<Self> {
        if matches!(seconds, 1..=3600) { Some(Self(seconds)) } else { None }
    }

    /// The step in seconds.
    #[must_use]
    pub const fn seconds(self) -> u16 {
        self.0
    }
}

impl Default for Step {
    fn default() -> Self {
        Self::TEN_SECONDS
    }
}

impl TryFrom<u16> for Step {
    type Error = &'static str;

    fn try_from(seconds: u16) -> Result<Self, Self::Error> {
        Self::new(seconds).ok_or("the step is not 1 to 3600 seconds")
    }
}
