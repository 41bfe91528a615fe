//! The reasons for not installing an image.

use core::fmt;

use cloudsmets_protocol::release::{ParseTrustedCommentError, Target, Version};

use crate::{KeyId, ParseSignatureFileError};

/// The reason why a device does not install an image. It keeps running its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The signature file is malformed.
    MalformedSignature(ParseSignatureFileError),
    /// The signature is of a key that the device does not accept, such as the next key before it is
    /// rotated in, or an old one after it is rotated out.
    UnknownKey(KeyId),
    /// The trusted comment is not signed by the key: it was altered, or it was taken from another file.
    CommentNotSigned,
    /// The trusted comment is signed, but is not UTF-8.
    CommentNotText,
    /// The trusted comment is signed, but is not one of a release.
    InvalidComment(ParseTrustedCommentError),
    /// The image is for another target.
    WrongTarget {
        /// The target of the device.
        expected: Target,
        /// The target of the image.
        signed: Target,
    },
    /// The image is of another version than the server named.
    OtherVersion {
        /// The version that the server named.
        offered: Version,
        /// The version of the image.
        signed: Version,
    },
    /// The image is not newer than the highest version that the device has confirmed.
    NotNewer {
        /// The highest version that the device has confirmed.
        floor: Version,
        /// The version of the image.
        signed: Version,
    },
    /// The image must be installed from a newer version than the device runs.
    RunningTooOld {
        /// The version that the device runs.
        running: Version,
        /// The oldest version that may install the image directly.
        min: Version,
    },
    /// The image does not fit into the slot.
    LargerThanSlot {
        /// The signed size in bytes.
        size: u32,
        /// The size of the slot in bytes.
        capacity: u32,
    },
    /// More bytes arrived than the image has.
    TooLong {
        /// The signed size in bytes.
        size: u32,
    },
    /// The image ended early.
    Truncated {
        /// The number of bytes that arrived.
        received: u32,
        /// The signed size in bytes.
        size: u32,
    },
    /// The image has the right size, but is not what was signed.
    WrongSignature,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MalformedSignature(error) => error.fmt(f),
            Self::UnknownKey(id) => write!(f, "the key {id} of the signature is not accepted"),
            Self::CommentNotSigned => f.write_str("the trusted comment is not what was signed"),
            Self::CommentNotText => f.write_str("the trusted comment is not UTF-8"),
            Self::InvalidComment(error) => {
                write!(f, "the trusted comment is not one of a release: {error}")
            }
            Self::WrongTarget { expected, signed } => {
                write!(f, "the file is for the target {signed}, not for {expected}")
            }
            Self::OtherVersion { offered, signed } => {
                write!(f, "the file is of version {signed}, but {offered} was offered")
            }
            Self::NotNewer { floor, signed } => {
                write!(f, "version {signed} is not newer than {floor}, which was already confirmed")
            }
            Self::RunningTooOld { running, min } => {
                write!(f, "the image can be installed by {min} or newer, but {running} is running")
            }
            Self::LargerThanSlot { size, capacity } => {
                write!(f, "the image of {size} bytes is larger than its slot of {capacity} bytes")
            }
            Self::TooLong { size } => write!(f, "the file is longer than the signed {size} bytes"),
            Self::Truncated { received, size } => {
                write!(f, "the file ended after {received} of {size} bytes")
            }
            Self::WrongSignature => f.write_str("the content of the file is not what was signed"),
        }
    }
}

impl core::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::InvalidComment(error) => Some(error),
            _ => None,
        }
    }
}
