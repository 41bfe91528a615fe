//! The `v` member.

use serde::de::{Deserialize, Deserializer, Error};

/// Accepts only the number 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version2;

impl Version2 {
    pub(super) const NUMBER: u8 = 2;
}

impl<'de> Deserialize<'de> for Version2 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            2 => Ok(Self),
            other => {
                Err(D::Error::custom(format_args!("the message is of version {other}, not 2")))
            }
        }
    }
}
