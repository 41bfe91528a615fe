//! How an update ends.

use core::fmt;

use cloudsmets_protocol::zbhci::{AcknowledgementStatus, UpdateStatus};

/// The result of an [`Update`](super::Update).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The chip accepted the image. It restarts 3 seconds later, but only if the image in its flash is
    /// intact, so ask it for its version afterwards.
    Accepted,
    /// The chip received the whole image, but its result was lost. Ask it for its version.
    Unconfirmed,
    /// The chip did not reply to any start.
    NoReply,
    /// The chip did not queue the start, for this reason.
    NotQueued(AcknowledgementStatus),
    /// The chip's firmware cannot be updated in this way.
    Unsupported,
    /// An earlier update was still in progress after every start.
    OtherUpdateInProgress,
    /// The chip refused to start, for this reason.
    StartRefused(UpdateStatus),
    /// The chip would write the image to this address, where it has no slot.
    UnexpectedAddress(u32),
    /// The chip expects an image of this size.
    UnexpectedSize(u32),
    /// The chip started at this offset instead of 0.
    UnexpectedStart(u32),
    /// The chip asked for a block that is empty, too long or not within the image.
    BlockOutOfRange {
        /// The offset of the block.
        offset: u32,
        /// The length of the block in bytes.
        length: u8,
    },
    /// The chip ended the update for the reason `status`.
    Stopped {
        /// The reason.
        status: UpdateStatus,
        /// The number of bytes that the chip had written.
        offset: u32,
    },
    /// The chip claims success for another image or a part of this one.
    UnexpectedEnd {
        /// The size of the image according to the chip.
        size: u32,
        /// The number of bytes that the chip had written.
        offset: u32,
    },
    /// The chip stopped asking for blocks. The value is the end of the last block that it asked for.
    Silent(u32),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => f.write_str("the chip accepted the image"),
            Self::Unconfirmed => {
                f.write_str("the chip received the whole image, but its result was lost")
            }
            Self::NoReply => f.write_str("the chip did not reply to the start of the update"),
            Self::NotQueued(status) => {
                write!(f, "the chip did not queue the start: status {}", u8::from(*status))
            }
            Self::Unsupported => f.write_str("the chip does not support updates"),
            Self::OtherUpdateInProgress => f.write_str("an earlier update is still in progress"),
            Self::StartRefused(status) => write!(f, "the chip refused to start: {status}"),
            Self::UnexpectedAddress(address) => {
                write!(f, "the chip has no slot at the address {address:X} that it named")
            }
            Self::UnexpectedSize(size) => write!(f, "the chip expects {size} bytes"),
            Self::UnexpectedStart(offset) => write!(f, "the chip started at the offset {offset}"),
            Self::BlockOutOfRange { offset, length } => {
                write!(f, "the chip asked for {length} bytes at the offset {offset}")
            }
            Self::Stopped { status, offset } => {
                write!(f, "the chip stopped after {offset} bytes: {status}")
            }
            Self::UnexpectedEnd { size, offset } => {
                write!(f, "the chip ended after {offset} bytes of an image of {size} bytes")
            }
            Self::Silent(offset) => write!(f, "the chip stopped asking after {offset} bytes"),
        }
    }
}
