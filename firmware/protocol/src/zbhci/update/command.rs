use crate::bytes::{Input, Output};
use crate::zbhci::frame::{HEADER_LENGTH, wrap_payload};
use crate::zbhci::{EncodeError, Frame};

const START: u16 = 0x0210;
const BLOCK: u16 = 0x0211;

/// The image type of an image for the chip itself. 0 is an image that it offers to other devices.
const LOCAL_IMAGE: u8 = 1;

/// The block status for "here is the data". Any other one makes the chip erase the sectors that it
/// believes to be those of the update, even if it has none in progress, so there is no way to send it.
const HAS_DATA: u8 = 0;

/// A frame to the chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateCommand<'a> {
    /// 0210: announces an image for the chip itself.
    Start {
        /// The size of the image in bytes.
        size: u32,
    },
    /// 0211: the reply to a block request.
    Block {
        /// The offset that the chip requested.
        offset: u32,
        /// The bytes from there on.
        data: &'a [u8],
    },
}

impl<'a> UpdateCommand<'a> {
    /// Parses a frame, for simulators. Returns `None` if it is not one of these commands, or its payload
    /// has another length than the command needs.
    #[must_use]
    pub fn parse(frame: &Frame<'a>) -> Option<Self> {
        let mut input = Input(frame.payload);
        let command = match frame.command {
            START => {
                let size = input.u32()?;
                (input.u8()? == LOCAL_IMAGE).then_some(Self::Start { size })?
            }
            BLOCK => {
                (input.u8()? == HAS_DATA).then_some(())?;
                let (offset, length) = (input.u32()?, input.u8()?);
                Self::Block { offset, data: input.take(usize::from(length))? }
            }
            _ => return None,
        };
        input.is_empty().then_some(command)
    }

    /// Writes a whole frame to the start of `out` and returns its length in bytes.
    ///
    /// # Errors
    /// [`EncodeError::BufferFull`], or [`EncodeError::PayloadTooLong`] for a block above 255 bytes.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        let mut output = Output::new(out.get_mut(HEADER_LENGTH..).ok_or(EncodeError::BufferFull)?);
        let command = match *self {
            Self::Start { size } => {
                output.put(&size.to_be_bytes())?;
                output.put(&[LOCAL_IMAGE])?;
                START
            }
            Self::Block { offset, data } => {
                let length = u8::try_from(data.len())
                    .map_err(|_| EncodeError::PayloadTooLong(data.len()))?;
                output.put(&[HAS_DATA])?;
                output.put(&offset.to_be_bytes())?;
                output.put(&[length])?;
                output.put(data)?;
                BLOCK
            }
        };
        let length = output.len();
        wrap_payload(out, command, length)
    }
}
