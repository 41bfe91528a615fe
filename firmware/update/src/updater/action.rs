//! What the updater asks of the device, and what the device tells the updater.

use core::time::Duration;

use cloudsmets_protocol::release::Version;

use super::{Image, Record, Slot};
use crate::{Expected, Refusal, StoredImage};

/// The kind of versions that the device asks for.
///
/// Nothing else depends on the channel. A development release that was signed is installed like any
/// other if the server names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Releases.
    Release,
    /// Development releases, too.
    Development,
}

/// What the device has to do next. The device answers with an [`Event`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing until this time. Answer: [`Event::TimeReached`].
    WaitUntil(Duration),
    /// Request `/latest-version`. Answers: [`Event::Latest`], [`Event::ConnectionLost`].
    AskLatestVersion {
        /// The device's group for staged roll-outs.
        group: u8,
        /// The kind of versions.
        channel: Channel,
    },
    /// Download the signature file of the image and begin an [`Installer`](crate::Installer) with it,
    /// for the inactive slot. Answers: [`Event::SignatureAccepted`], [`Event::Refused`],
    /// [`Event::NotFound`], [`Event::ConnectionLost`].
    FetchSignature {
        /// The image.
        image: Image,
        /// What the image has to be.
        expected: Expected,
    },
    /// Download the image from this offset, give its bytes to the installer, and finish it. Answers:
    /// [`Event::Stored`], [`Event::Refused`], [`Event::FlashFailed`], [`Event::NotFound`],
    /// [`Event::ConnectionLost`].
    FetchImage {
        /// The image.
        image: Image,
        /// The number of bytes that the installer has already.
        offset: u32,
    },
    /// Store the record with [`RecordStore::save`](super::RecordStore::save). Answers: [`Event::Done`],
    /// [`Event::FlashFailed`].
    Save(Record),
    /// Tell the bootloader to start this slot from now on. Answers: [`Event::Done`],
    /// [`Event::FlashFailed`].
    SelectSlot(Slot),
    /// Tell the bootloader that the running slot works, if it can revert by itself. Answers:
    /// [`Event::Done`], [`Event::FlashFailed`].
    MarkValid,
    /// Send the image in the inactive slot to the TLSR8258. Answers: [`Event::Done`],
    /// [`Event::ChipFailed`].
    UpdateTlsr8258 {
        /// The image.
        image: Image,
        /// Its size in bytes.
        size: u32,
    },
    /// Restart the device.
    Restart,
}

/// What has happened.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// The time of [`Action::WaitUntil`] was reached.
    TimeReached,
    /// The server named this version, or none (404).
    Latest(Option<Version>),
    /// The trusted comment of the image is signed and is as expected.
    SignatureAccepted,
    /// The image was refused, by its signature file or by its content.
    Refused(Refusal),
    /// The server does not have the file (404).
    NotFound,
    /// The server cannot be reached, answered with an error, or was lost in the middle of a file.
    ConnectionLost {
        /// The number of bytes that the installer has, or 0 without an installer.
        held: u32,
    },
    /// The image is complete, verified, and in the inactive slot.
    Stored(StoredImage),
    /// The flash memory failed.
    FlashFailed,
    /// The action was carried out.
    Done,
    /// The TLSR8258 did not accept the image.
    ChipFailed,
    /// The hub acknowledged a message. The device may report this as often as it happens.
    HubReached,
}
