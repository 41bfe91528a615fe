//! What a device remembers about its updates across restarts.

use cloudsmets_protocol::release::Version;

use super::{Image, Slot};

/// What a device remembers about its updates. The default is that of a new device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    /// The group for staged roll-outs, 0 to 99, which the device chooses once at random. It does not
    /// identify the device.
    pub group: Option<u8>,
    /// The highest version that the device has ever confirmed.
    pub floor: Option<Version>,
    /// The version of the last image that the TLSR8258 accepted.
    pub tlsr8258: Option<Version>,
    /// An image that was selected to be started and has not been confirmed yet.
    pub trial: Option<Trial>,
    /// The last image that could not be installed. It is forgotten when a version is confirmed.
    pub setback: Option<Setback>,
}

/// A version of the ESP32-C3's firmware that has yet to prove itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// The version on trial.
    pub version: Version,
    /// The slot that contains it.
    pub slot: Slot,
    /// The number of times it was started.
    pub starts: u8,
    /// Whether the device has decided to return to the other slot.
    pub reverting: bool,
}

/// An image that could not be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setback {
    /// The image.
    pub image: Image,
    /// What happened last.
    pub reason: SetbackReason,
    /// The number of times in a row that something happened with this image.
    pub count: u8,
}

/// What happened with an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetbackReason {
    /// It was downloaded, and then it was not what was signed.
    Refused,
    /// The flash memory failed.
    FlashFailed,
    /// The bootloader did not start it.
    NotStarted,
    /// It was started, and did not reach the hub within the acceptance period.
    Reverted,
    /// The TLSR8258 did not accept it.
    ChipFailed,
}

impl Record {
    /// Counts another setback of an image.
    pub(super) fn add_setback(&mut self, image: Image, reason: SetbackReason) {
        let earlier = self.setback.filter(|setback| setback.image == image);
        let count = earlier.map_or(0, |setback| setback.count).saturating_add(1);
        self.setback = Some(Setback { image, reason, count });
    }
}
