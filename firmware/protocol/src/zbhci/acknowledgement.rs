//! The chip's immediate reply to a command.

use super::frame::{HEADER_LENGTH, wrap_payload};
use super::{EncodeError, Frame};
use crate::bytes::{Input, Output};

const COMMAND: u16 = 0x8000;

/// Frame 0x8000: whether the chip has queued a command. Its result follows in another frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The command that this replies to; FFFF if the chip could not read it.
    pub command: u16,
    /// Whether the command is queued.
    pub status: AcknowledgementStatus,
}

/// What the chip did with a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcknowledgementStatus {
    /// 0: the command is queued.
    Queued,
    /// 1: the parameters are invalid.
    InvalidParameters,
    /// 2: the chip does not know the command.
    UnknownCommand,
    /// 3: the chip is busy.
    Busy,
    /// 4: the chip has no memory for the command.
    NoMemory,
    /// Any other status, such as that of a frame with a wrong checksum.
    Other(u8),
}

impl From<u8> for AcknowledgementStatus {
    fn from(status: u8) -> Self {
        match status {
            0 => Self::Queued,
            1 => Self::InvalidParameters,
            2 => Self::UnknownCommand,
            3 => Self::Busy,
            4 => Self::NoMemory,
            other => Self::Other(other),
        }
    }
}

impl From<AcknowledgementStatus> for u8 {
    fn from(status: AcknowledgementStatus) -> Self {
        match status {
            AcknowledgementStatus::Queued => 0,
            AcknowledgementStatus::InvalidParameters => 1,
            AcknowledgementStatus::UnknownCommand => 2,
            AcknowledgementStatus::Busy => 3,
            AcknowledgementStatus::NoMemory => 4,
            AcknowledgementStatus::Other(other) => other,
        }
    }
}

impl Acknowledgement {
    /// Parses a frame. Returns `None` if it is not a complete acknowledgement.
    #[must_use]
    pub fn parse(frame: &Frame<'_>) -> Option<Self> {
        let mut input = Input(frame.payload);
        let (command, status) = (input.u16()?, input.u8()?.into());
        // The fourth byte has no meaning.
        (frame.command == COMMAND && input.0.len() == 1).then_some(Self { command, status })
    }

    /// Writes a whole frame to the start of `out` and returns its length in bytes, for simulators.
    ///
    /// # Errors
    /// [`EncodeError::BufferFull`].
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        let mut output = Output::new(out.get_mut(HEADER_LENGTH..).ok_or(EncodeError::BufferFull)?);
        output.put(&self.command.to_be_bytes())?;
        output.put(&[self.status.into(), 0])?;
        let length = output.len();
        wrap_payload(out, COMMAND, length)
    }
}
