//! Writes frames with attributes as the Telink chip does, for tests and simulators.

use core::fmt;

use super::frame::{HEADER_LENGTH, wrap_payload};
use super::{Attribute, MessageHeader, MessageKind};
use crate::bytes::{BufferFull, Output};
use crate::zigbee::UnencodableValue;

/// The reason why a frame cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncodeError {
    /// The output buffer is too small.
    BufferFull,
    /// The payload has this number of bytes, which is above 65535.
    PayloadTooLong(usize),
    /// There are this many attributes, which is above 255.
    TooManyAttributes(usize),
    /// The value of the attribute with this id does not fit its own data type.
    UnencodableValue(u16),
    /// The attribute with this id has a status instead of a value, which a report cannot encode.
    StatusInReport(u16),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BufferFull => BufferFull.fmt(f),
            Self::PayloadTooLong(length) => {
                write!(f, "a payload of {length} bytes is longer than 65535")
            }
            Self::TooManyAttributes(count) => write!(f, "{count} attributes are more than 255"),
            Self::UnencodableValue(id) => {
                write!(f, "attribute {id:04X}: the value does not fit its type")
            }
            Self::StatusInReport(id) => {
                write!(f, "attribute {id:04X}: a report cannot carry a status")
            }
        }
    }
}

impl core::error::Error for EncodeError {}

impl From<BufferFull> for EncodeError {
    fn from(BufferFull: BufferFull) -> Self {
        Self::BufferFull
    }
}

impl MessageHeader {
    /// Writes a whole frame with these attributes to the start of `out` and returns its length in bytes.
    ///
    /// # Errors
    /// [`EncodeError`] says which attribute cannot be written, or that `out` is too small.
    pub fn encode(
        &self,
        attributes: &[Attribute<'_>],
        out: &mut [u8],
    ) -> Result<usize, EncodeError> {
        let count = u8::try_from(attributes.len())
            .map_err(|_| EncodeError::TooManyAttributes(attributes.len()))?;
        let payload_buffer = out.get_mut(HEADER_LENGTH..).ok_or(EncodeError::BufferFull)?;
        let mut output = Output::new(payload_buffer);
        output.put(&self.source_address.to_be_bytes())?;
        output.put(&[self.source_endpoint, self.destination_endpoint, self.sequence])?;
        output.put(&self.cluster.to_be_bytes())?;
        output.put(&[count])?;
        for attribute in attributes {
            write(self.kind, attribute, &mut output)?;
        }
        let length = output.len();
        wrap_payload(out, self.kind.command(), length)
    }
}

fn write(
    kind: MessageKind,
    attribute: &Attribute<'_>,
    output: &mut Output<'_>,
) -> Result<(), EncodeError> {
    output.put(&attribute.id.to_be_bytes())?;
    match (kind, attribute.value) {
        (MessageKind::Report, Err(_)) => Err(EncodeError::StatusInReport(attribute.id)),
        (MessageKind::ReadResponse, Err(status)) => Ok(output.put(&[status.0.get()])?),
        (kind, Ok(value)) => {
            if kind == MessageKind::ReadResponse {
                output.put(&[0])?;
            }
            let data_type = value
                .data_type()
                .map_err(|UnencodableValue| EncodeError::UnencodableValue(attribute.id))?;
            output.put(&[data_type])?;
            Ok(value.write(output)?)
        }
    }
}
