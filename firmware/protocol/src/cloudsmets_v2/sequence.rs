//! The `seq` and `step` members.

use serde::Deserialize;

/// Which message of a device it is. Greater is later, so the order of messages that arrive out of
/// order, and the number of those that never arrive, can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "[u32; 2]")]
pub struct Sequence {
    /// How often the device has started.
    pub boot: u32,
    /// Counts the messages since that start.
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
    /// What an absent `step` means, and how often an electricity meter has new values.
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
