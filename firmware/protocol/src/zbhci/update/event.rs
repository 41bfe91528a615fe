use super::UpdateStatus;
use crate::bytes::{Input, Output};
use crate::zbhci::frame::{HEADER_LENGTH, wrap_payload};
use crate::zbhci::{EncodeError, Frame};

const STARTED: u16 = 0x8210;
const BLOCK_REQUEST: u16 = 0x8211;
const ENDED: u16 = 0x8212;

/// A frame from the chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateEvent {
    /// 8210: the reply to the start of an update, after the chip has erased the flash.
    Started {
        /// The address in the chip's flash to which it writes the image.
        address: u32,
        /// The size of the image in bytes.
        size: u32,
        /// The offset of the first block that the chip requests.
        offset: u32,
        /// Whether the update is in progress.
        status: UpdateStatus,
    },
    /// 8211: the chip needs a part of the image.
    BlockRequest {
        /// The offset of the part.
        offset: u32,
        /// Its length in bytes.
        length: u8,
    },
    /// 8212: the update has ended.
    Ended {
        /// The size of the image in bytes.
        size: u32,
        /// The number of bytes that the chip has written.
        offset: u32,
        /// The result.
        status: UpdateStatus,
    },
}

impl UpdateEvent {
    /// Parses a frame. Returns `None` if it is not one of these events, or its payload has another
    /// length than the event needs.
    #[must_use]
    pub fn parse(frame: &Frame<'_>) -> Option<Self> {
        let mut input = Input(frame.payload);
        let event = match frame.command {
            STARTED => Self::Started {
                address: input.u32()?,
                size: input.u32()?,
                offset: input.u32()?,
                status: input.u8()?.into(),
            },
            BLOCK_REQUEST => Self::BlockRequest { offset: input.u32()?, length: input.u8()? },
            ENDED => {
                Self::Ended { size: input.u32()?, offset: input.u32()?, status: input.u8()?.into() }
            }
            _ => return None,
        };
        input.is_empty().then_some(event)
    }

    /// Writes a whole frame to the start of `out` and returns its length in bytes, for simulators.
    ///
    /// # Errors
    /// [`EncodeError::BufferFull`].
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        let mut output = Output::new(out.get_mut(HEADER_LENGTH..).ok_or(EncodeError::BufferFull)?);
        let command = match *self {
            Self::Started { address, size, offset, status } => {
                for number in [address, size, offset] {
                    output.put(&number.to_be_bytes())?;
                }
                output.put(&[status.into()])?;
                STARTED
            }
            Self::BlockRequest { offset, length } => {
                output.put(&offset.to_be_bytes())?;
                output.put(&[length])?;
                BLOCK_REQUEST
            }
            Self::Ended { size, offset, status } => {
                output.put(&size.to_be_bytes())?;
                output.put(&offset.to_be_bytes())?;
                output.put(&[status.into()])?;
                ENDED
            }
        };
        let length = output.len();
        wrap_payload(out, command, length)
    }
}
