//! What a device expects of an image.

use cloudsmets_protocol::release::{Target, TrustedComment, Version};

use crate::Refusal;

/// What a device expects of the image that it is about to install.
///
/// There is no channel here: a device gets development releases because it asks for them, and the
/// signature of a release permits all devices to run it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// What the image is for.
    pub target: Target,
    /// The version that the device runs. The image may require a minimum.
    pub running: Version,
    /// The highest version that the device has ever confirmed, which the image must exceed; `None` if
    /// any version may be installed.
    pub floor: Option<Version>,
    /// The size of the slot in bytes.
    pub capacity: u32,
    /// The version that the server named; `None` if any newer version may be installed.
    pub offered: Option<Version>,
}

impl Expected {
    /// Compares a signed comment with what is expected.
    ///
    /// # Errors
    /// If the image must not be installed.
    pub fn check(&self, comment: &TrustedComment) -> Result<(), Refusal> {
        let TrustedComment { version, target, size, min } = *comment;
        if target != self.target {
            return Err(Refusal::WrongTarget { expected: self.target, signed: target });
        }
        if let Some(offered) = self.offered.filter(|&offered| offered != version) {
            return Err(Refusal::OtherVersion { offered, signed: version });
        }
        if let Some(floor) = self.floor.filter(|&floor| version <= floor) {
            return Err(Refusal::NotNewer { floor, signed: version });
        }
        if let Some(min) = min.filter(|&min| self.running < min) {
            return Err(Refusal::RunningTooOld { running: self.running, min });
        }
        if size > self.capacity {
            return Err(Refusal::LargerThanSlot { size, capacity: self.capacity });
        }
        Ok(())
    }
}
