//! Octet and character strings.

use super::ValueError;
use crate::bytes::{BufferFull, Input, Output};

/// The four string types (Zigbee Cluster Library, section 2.6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextType {
    /// 0x41: a length of one byte, then at most 254 octets.
    Octets,
    /// 0x42: a length of one byte, then at most 254 bytes of characters.
    Characters,
    /// 0x43: a length of two bytes, then at most 65534 octets.
    LongOctets,
    /// 0x44: a length of two bytes, then at most 65534 bytes of characters.
    LongCharacters,
}

/// A string. The content is not necessarily valid UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    /// The string type.
    pub text_type: TextType,
    /// The content; `None` for an "invalid" string, whose length has all bits set.
    pub bytes: Option<&'a [u8]>,
}

impl TextType {
    pub(super) const fn from_data_type(data_type: u8) -> Option<Self> {
        match data_type {
            0x41 => Some(Self::Octets),
            0x42 => Some(Self::Characters),
            0x43 => Some(Self::LongOctets),
            0x44 => Some(Self::LongCharacters),
            _ => None,
        }
    }

    pub(super) const fn data_type(self) -> u8 {
        match self {
            Self::Octets => 0x41,
            Self::Characters => 0x42,
            Self::LongOctets => 0x43,
            Self::LongCharacters => 0x44,
        }
    }

    const fn is_long(self) -> bool {
        matches!(self, Self::LongOctets | Self::LongCharacters)
    }
}

impl<'a> Text<'a> {
    pub(super) fn read(text_type: TextType, input: &mut Input<'a>) -> Result<Self, ValueError> {
        let too_short = |needed, given| ValueError::TooShort { needed, given };
        let given = input.0.len();
        let (length, invalid) = if text_type.is_long() {
            let length = input.u16().ok_or(too_short(2, given))?;
            (long_length(length, *input), length == u16::MAX)
        } else {
            let length = input.u8().ok_or(too_short(1, given))?;
            (usize::from(length), length == u8::MAX)
        };
        if invalid {
            return Ok(Self { text_type, bytes: None });
        }
        let given = input.0.len();
        let bytes = input.take(length).ok_or(too_short(length, given))?;
        Ok(Self { text_type, bytes: Some(bytes) })
    }

    pub(super) fn write(&self, output: &mut Output<'_>) -> Result<(), BufferFull> {
        let width = if self.text_type.is_long() { 2 } else { 1 };
        match self.bytes {
            Some(bytes) => {
                output.put_unsigned(width, bytes.len() as u64)?;
                output.put(bytes)
            }
            None => output.put_unsigned(width, u64::MAX),
        }
    }

    pub(super) fn fits(&self) -> bool {
        let max = if self.text_type.is_long() { 65_534 } else { 254 };
        self.bytes.is_none_or(|bytes| bytes.len() <= max)
    }
}

/// The length of a long string. It is read as big-endian, like everything on the UART. If fewer bytes
/// follow and the little-endian length fits, it is read as little-endian: the Telink SDK copies strings
/// unchanged from the radio, so their length remains little-endian (`sampleGW_zclReadRspCmd`).
fn long_length(declared: u16, rest: Input<'_>) -> usize {
    let (length, swapped) = (usize::from(declared), usize::from(declared.swap_bytes()));
    if length > rest.0.len() && swapped <= rest.0.len() { swapped } else { length }
}
