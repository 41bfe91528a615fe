//! Attribute values in a meter's responses and reports.

use core::num::NonZeroU8;

use super::{AttributeError, Frame};
use crate::bytes::Input;
use crate::zigbee::Value;

/// The two kinds of frames with attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// Command 0x8100: the response to a read request, with a status for each attribute.
    ReadResponse,
    /// Command 0x8104: an unsolicited report, without status bytes.
    Report,
}

impl MessageKind {
    pub(super) const fn command(self) -> u16 {
        match self {
            Self::ReadResponse => 0x8100,
            Self::Report => 0x8104,
        }
    }

    const fn from_command(command: u16) -> Option<Self> {
        match command {
            0x8100 => Some(Self::ReadResponse),
            0x8104 => Some(Self::Report),
            _ => None,
        }
    }
}

/// The origin of attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageHeader {
    /// Whether this is a read response or a report.
    pub kind: MessageKind,
    /// Short network address of the meter.
    pub source_address: u16,
    /// Endpoint on the meter.
    pub source_endpoint: u8,
    /// Endpoint on the Telink chip.
    pub destination_endpoint: u8,
    /// Zigbee Cluster Library sequence number.
    pub sequence: u8,
    /// The cluster, see [`crate::zigbee::cluster`].
    pub cluster: u16,
}

/// The reason why the meter returned no value: a Zigbee Cluster Library status other than 0 (success),
/// such as 0x86 for an attribute that the meter does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttributeStatus(pub NonZeroU8);

/// One attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The id within the cluster.
    pub id: u16,
    /// The value, or the status if there is none. The value may be the type's "invalid" value, see
    /// [`Value::is_invalid`].
    pub value: Result<Value<'a>, AttributeStatus>,
}

/// An attribute read response or an attribute report, completely validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttributeMessage<'a> {
    /// The origin of the attributes.
    pub header: MessageHeader,
    count: u8,
    content: Input<'a>,
}

impl<'a> AttributeMessage<'a> {
    /// Parses the complete payload of a frame with command 0x8100 or 0x8104.
    ///
    /// # Errors
    /// [`AttributeError`], also if the count byte does not match the content.
    pub fn parse(frame: &Frame<'a>) -> Result<Self, AttributeError> {
        let kind = MessageKind::from_command(frame.command)
            .ok_or(AttributeError::UnexpectedCommand(frame.command))?;
        let mut input = Input(frame.payload);
        let (header, count) =
            header(kind, &mut input).ok_or(AttributeError::HeaderTooShort(frame.payload.len()))?;
        let content = input;
        for index in 0..count {
            if input.is_empty() {
                return Err(AttributeError::TooFew { declared: count, found: index });
            }
            attribute(kind, &mut input, index)?;
        }
        if !input.is_empty() {
            return Err(AttributeError::TrailingBytes(input.0.len()));
        }
        Ok(Self { header, count, content })
    }

    /// The attributes, in the order of the frame.
    #[must_use]
    pub const fn attributes(&self) -> Attributes<'a> {
        Attributes { kind: self.header.kind, left: self.count, content: self.content }
    }
}

/// Iterator over the attributes of an [`AttributeMessage`].
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    kind: MessageKind,
    left: u8,
    content: Input<'a>,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        // This cannot fail, because `AttributeMessage::parse` has parsed all attributes.
        attribute(self.kind, &mut self.content, 0).ok()
    }
}

fn header(kind: MessageKind, input: &mut Input<'_>) -> Option<(MessageHeader, u8)> {
    let header = MessageHeader {
        kind,
        source_address: input.u16()?,
        source_endpoint: input.u8()?,
        destination_endpoint: input.u8()?,
        sequence: input.u8()?,
        cluster: input.u16()?,
    };
    Some((header, input.u8()?))
}

fn attribute<'a>(
    kind: MessageKind,
    input: &mut Input<'a>,
    index: u8,
) -> Result<Attribute<'a>, AttributeError> {
    let truncated = AttributeError::Truncated(index);
    let id = input.u16().ok_or(truncated)?;
    let status = match kind {
        MessageKind::ReadResponse => input.u8().ok_or(truncated)?,
        MessageKind::Report => 0,
    };
    if let Some(status) = NonZeroU8::new(status) {
        return Ok(Attribute { id, value: Err(AttributeStatus(status)) });
    }
    let data_type = input.u8().ok_or(truncated)?;
    let value =
        Value::read(data_type, input).map_err(|error| AttributeError::Value { id, error })?;
    Ok(Attribute { id, value: Ok(value) })
}
