//! The errors in a list of attributes.

use core::fmt;

use crate::zigbee::ValueError;

/// The reason why the payload of a frame is not a list of attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeError {
    /// The frame's command is neither 0x8100 nor 0x8104.
    UnexpectedCommand(u16),
    /// The payload has only this number of bytes, fewer than its fixed part of 8.
    HeaderTooShort(usize),
    /// The payload has fewer attributes than the count byte says.
    TooFew {
        /// The count byte.
        declared: u8,
        /// The number of attributes in the payload.
        found: u8,
    },
    /// The payload ends within the id, status or data type of an attribute, counted from 0.
    Truncated(u8),
    /// The value of an attribute cannot be parsed.
    Value {
        /// The attribute's id.
        id: u16,
        /// The error in its value.
        error: ValueError,
    },
    /// This number of bytes follows the last attribute that the count byte announces.
    TrailingBytes(usize),
}

impl fmt::Display for AttributeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedCommand(command) => {
                write!(f, "command {command:04X} carries no attributes")
            }
            Self::HeaderTooShort(length) => {
                write!(f, "a payload with attributes has 8 bytes or more, this one {length}")
            }
            Self::TooFew { declared, found } => {
                write!(f, "{declared} attributes are declared and {found} are there")
            }
            Self::Truncated(index) => {
                write!(f, "the payload ends within attribute number {index}, counted from 0")
            }
            Self::Value { id, error } => write!(f, "attribute {id:04X}: {error}"),
            Self::TrailingBytes(count) => write!(f, "{count} bytes follow the last attribute"),
        }
    }
}

impl core::error::Error for AttributeError {}
