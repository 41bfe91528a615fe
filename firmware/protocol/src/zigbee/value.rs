//! Attribute values by data type (Zigbee Cluster Library, section 2.6.2).

use core::fmt;

use super::{Text, TextType};
use crate::bytes::Input;

/// The value of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// 0x00, no data.
    NoData,
    /// 0x08 to 0x0F, general data.
    Data {
        /// Bytes, 1 to 8.
        width: u8,
        /// The content.
        value: u64,
    },
    /// 0x10. `None` is "invalid": 0xFF, or any byte other than 0 and 1.
    Bool(Option<bool>),
    /// 0x18 to 0x1F.
    Bitmap {
        /// Bytes, 1 to 8.
        width: u8,
        /// The content.
        value: u64,
    },
    /// 0x20 to 0x27.
    Unsigned {
        /// Bytes, 1 to 8.
        width: u8,
        /// The content.
        value: u64,
    },
    /// 0x28 to 0x2F.
    Signed {
        /// Bytes, 1 to 8.
        width: u8,
        /// The content.
        value: i64,
    },
    /// 0x30.
    Enum8(u8),
    /// 0x31.
    Enum16(u16),
    /// 0x41 to 0x44.
    Text(Text<'a>),
    /// 0xE2, seconds since 2000, see [`super::utc_time_to_unix`].
    UtcTime(u32),
    /// A type of known length that no meter attribute here uses: floating point (0x38 to 0x3A), time
    /// of day, date, cluster id, attribute id, object id (0xE0, 0xE1, 0xE8 to 0xEA), IEEE address,
    /// key (0xF0, 0xF1).
    Other {
        /// The data type.
        data_type: u8,
        /// The bytes, unchanged.
        bytes: &'a [u8],
    },
    /// 0xFF, "unknown"; no data.
    Unknown,
}

/// The reason why a value cannot be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueError {
    /// The data type does not exist, or its length is unknown (such as arrays, structures and sets).
    UnsupportedType(u8),
    /// There are fewer bytes than the value needs.
    TooShort {
        /// Bytes needed.
        needed: usize,
        /// Bytes given.
        given: usize,
    },
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnsupportedType(data_type) => {
                write!(f, "data type {data_type:02X} is not supported")
            }
            Self::TooShort { needed, given } => {
                write!(f, "the value needs {needed} bytes and has {given}")
            }
        }
    }
}

impl core::error::Error for ValueError {}

impl<'a> Value<'a> {
    /// Parses a value of a Zigbee data type at the start of `bytes`, big-endian, and returns it with the
    /// remaining bytes.
    ///
    /// # Errors
    /// [`ValueError`] if the type is not supported or `bytes` is too short.
    pub fn decode(data_type: u8, bytes: &'a [u8]) -> Result<(Self, &'a [u8]), ValueError> {
        let mut input = Input(bytes);
        let value = Self::read(data_type, &mut input)?;
        Ok((value, input.0))
    }

    pub(crate) fn read(data_type: u8, input: &mut Input<'a>) -> Result<Self, ValueError> {
        if let Some(text_type) = TextType::from_data_type(data_type) {
            return Ok(Self::Text(Text::read(text_type, input)?));
        }
        let needed = fixed_length(data_type).ok_or(ValueError::UnsupportedType(data_type))?;
        let given = input.0.len();
        let bytes = input
            .take(usize::from(needed))
            .ok_or(ValueError::TooShort { needed: usize::from(needed), given })?;
        Ok(Self::from_fixed_length(data_type, bytes))
    }

    pub(super) fn from_fixed_length(data_type: u8, bytes: &'a [u8]) -> Self {
        let width = (data_type & 7) + 1;
        let value = bytes.iter().fold(0_u64, |value, byte| (value << 8) | u64::from(*byte));
        match data_type {
            0x00 => Self::NoData,
            0x08..=0x0F => Self::Data { width, value },
            0x10 => Self::Bool([Some(false), Some(true)].get(value as usize).copied().flatten()),
            0x18..=0x1F => Self::Bitmap { width, value },
            0x20..=0x27 => Self::Unsigned { width, value },
            0x28..=0x2F => Self::Signed { width, value: sign_extend(width, value) },
            0x30 => Self::Enum8(value as u8),
            0x31 => Self::Enum16(value as u16),
            0xE2 => Self::UtcTime(value as u32),
            0xFF => Self::Unknown,
            _ => Self::Other { data_type, bytes },
        }
    }

    /// Whether the value is the one that its type reserves for "invalid": all ones for an unsigned
    /// integer, an enumeration or a time, the minimum for a signed integer (-8388608 for 24 bits).
    /// The types without data are invalid too; bitmaps and general data have no invalid value.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        match *self {
            Self::NoData | Self::Unknown => true,
            Self::Bool(value) => value.is_none(),
            Self::Unsigned { width, value } => Some(value) == all_ones(width),
            Self::Signed { width, value } => Some(value) == signed_minimum(width),
            Self::Enum8(value) => value == u8::MAX,
            Self::Enum16(value) => value == u16::MAX,
            Self::Text(text) => text.bytes.is_none(),
            Self::UtcTime(value) => value == u32::MAX,
            Self::Data { .. } | Self::Bitmap { .. } | Self::Other { .. } => false,
        }
    }
}

/// The length in bytes of a value whose type determines its length.
pub(super) const fn fixed_length(data_type: u8) -> Option<u8> {
    match data_type {
        0x00 | 0xFF => Some(0),
        0x08..=0x0F | 0x18..=0x2F => Some((data_type & 7) + 1),
        0x10 | 0x30 => Some(1),
        0x31 | 0x38 | 0xE8 | 0xE9 => Some(2),
        0x39 | 0xE0 | 0xE1 | 0xE2 | 0xEA => Some(4),
        0x3A | 0xF0 => Some(8),
        0xF1 => Some(16),
        _ => None,
    }
}

pub(super) fn all_ones(width: u8) -> Option<u64> {
    if (1..=8).contains(&width) { Some(u64::MAX >> (64 - 8 * u32::from(width))) } else { None }
}

pub(super) fn signed_minimum(width: u8) -> Option<i64> {
    if (1..=8).contains(&width) { Some(i64::MIN >> (64 - 8 * u32::from(width))) } else { None }
}

/// The low `width` bytes of `value` as a signed integer; `width` is 1 to 8.
fn sign_extend(width: u8, value: u64) -> i64 {
    let unused = 64_u32.saturating_sub(8 * u32::from(width));
    ((value << unused) as i64) >> unused
}
