//! Writes attribute values as bytes.

use core::fmt;

use super::Value;
use super::value::{all_ones, fixed_length, signed_minimum};
use crate::bytes::{BufferFull, Output};

/// The value does not fit its own data type, or its width is not 1 to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnencodableValue;

impl fmt::Display for UnencodableValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value does not fit its data type")
    }
}

impl core::error::Error for UnencodableValue {}

impl Value<'_> {
    /// The Zigbee data type under which the value is written.
    ///
    /// # Errors
    /// [`UnencodableValue`] if there is none, because the value does not fit its `width`.
    pub fn data_type(&self) -> Result<u8, UnencodableValue> {
        let sized = |base: u8, width: u8, value: u64| {
            let max = all_ones(width).ok_or(UnencodableValue)?;
            if value <= max { Ok(base + width - 1) } else { Err(UnencodableValue) }
        };
        match *self {
            Self::NoData => Ok(0x00),
            Self::Data { width, value } => sized(0x08, width, value),
            Self::Bool(_) => Ok(0x10),
            Self::Bitmap { width, value } => sized(0x18, width, value),
            Self::Unsigned { width, value } => sized(0x20, width, value),
            Self::Signed { width, value } => {
                let min = signed_minimum(width).ok_or(UnencodableValue)?;
                if (min..=!min).contains(&value) {
                    sized(0x28, width, 0)
                } else {
                    Err(UnencodableValue)
                }
            }
            Self::Enum8(_) => Ok(0x30),
            Self::Enum16(_) => Ok(0x31),
            Self::Text(text) => {
                if text.fits() {
                    Ok(text.text_type.data_type())
                } else {
                    Err(UnencodableValue)
                }
            }
            Self::UtcTime(_) => Ok(0xE2),
            Self::Other { data_type, bytes } => {
                let reads_back = fixed_length(data_type).map(usize::from) == Some(bytes.len())
                    && matches!(Self::from_fixed_length(data_type, bytes), Self::Other { .. });
                if reads_back { Ok(data_type) } else { Err(UnencodableValue) }
            }
            Self::Unknown => Ok(0xFF),
        }
    }

    /// Writes the value without its data type. The caller has checked with [`Value::data_type`] that it
    /// fits.
    pub(crate) fn write(&self, output: &mut Output<'_>) -> Result<(), BufferFull> {
        match *self {
            Self::NoData | Self::Unknown => Ok(()),
            Self::Bool(value) => output.put(&[value.map_or(u8::MAX, u8::from)]),
            Self::Data { width, value }
            | Self::Bitmap { width, value }
            | Self::Unsigned { width, value } => output.put_unsigned(width, value),
            Self::Signed { width, value } => output.put_unsigned(width, value as u64),
            Self::Enum8(value) => output.put(&[value]),
            Self::Enum16(value) => output.put(&value.to_be_bytes()),
            Self::Text(text) => text.write(output),
            Self::UtcTime(value) => output.put(&value.to_be_bytes()),
            Self::Other { bytes, .. } => output.put(bytes),
        }
    }
}
