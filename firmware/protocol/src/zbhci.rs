//! Telink ZBHCI: the protocol between the ESP32 and the Telink TLSR8258 on the UART.
//!
//! A frame is `55 | command u16 | payload length u16 | checksum u8 | payload | AA`, big-endian, with
//! no byte stuffing: 55 and AA occur inside payloads, so [`Reader`] finds frames by their length and
//! checksum. Source: the Telink Zigbee SDK, v3.7.2.0.

mod acknowledgement;
mod attribute_error;
mod attributes;
mod encode;
mod frame;
mod reader;
mod update;

pub use acknowledgement::{Acknowledgement, AcknowledgementStatus};
pub use attribute_error::AttributeError;
pub use attributes::{
    Attribute, AttributeMessage, AttributeStatus, Attributes, MessageHeader, MessageKind,
};
pub use encode::EncodeError;
pub use frame::{FRAME_OVERHEAD, Frame, FrameError};
pub use reader::Reader;
pub use update::{UPDATE_BLOCK_LENGTH, UpdateCommand, UpdateEvent, UpdateStatus};
