//! A single frame.

use core::fmt;

use super::EncodeError;
use crate::bytes::{Input, Output};

pub(super) const START: u8 = 0x55;
const END: u8 = 0xAA;

/// The number of bytes before the payload: start, command, length, checksum.
pub(super) const HEADER_LENGTH: usize = 6;

/// The number of bytes of a frame without its payload.
pub const FRAME_OVERHEAD: usize = HEADER_LENGTH + 1;

/// One ZBHCI frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The command, such as 0x8100 for an attribute read response.
    pub command: u16,
    /// The payload, at most 65535 bytes.
    pub payload: &'a [u8],
}

/// The reason why bytes are not a ZBHCI frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameError {
    /// There are fewer bytes than the frame needs, as far as the available bytes show.
    TooShort {
        /// Bytes needed.
        needed: usize,
        /// Bytes given.
        given: usize,
    },
    /// The first byte is not 55.
    WrongStart(u8),
    /// This number of bytes follows the frame.
    TrailingBytes(usize),
    /// The checksum in the frame does not match its content.
    ChecksumMismatch {
        /// The checksum in the frame.
        declared: u8,
        /// The checksum of the content.
        computed: u8,
    },
    /// The last byte is not AA.
    WrongEnd(u8),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { needed, given } => {
                write!(f, "the frame needs {needed} bytes and has {given}")
            }
            Self::WrongStart(byte) => write!(f, "the frame starts with {byte:02X}, not 55"),
            Self::TrailingBytes(count) => write!(f, "{count} bytes follow the frame"),
            Self::ChecksumMismatch { declared, computed } => write!(
                f,
                "the frame's checksum is {declared:02X}, its content gives {computed:02X}"
            ),
            Self::WrongEnd(byte) => write!(f, "the frame ends with {byte:02X}, not AA"),
        }
    }
}

impl core::error::Error for FrameError {}

impl<'a> Frame<'a> {
    /// Parses `bytes` as exactly one frame.
    ///
    /// # Errors
    /// [`FrameError`], also if bytes follow the frame.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let too_short = |needed| FrameError::TooShort { needed, given: bytes.len() };
        let mut input = Input(bytes);
        let start = input.u8().ok_or(too_short(FRAME_OVERHEAD))?;
        if start != START {
            return Err(FrameError::WrongStart(start));
        }
        let command = input.u16().ok_or(too_short(FRAME_OVERHEAD))?;
        let length = input.u16().ok_or(too_short(FRAME_OVERHEAD))?;
        let declared = input.u8().ok_or(too_short(FRAME_OVERHEAD))?;
        let needed = FRAME_OVERHEAD + usize::from(length);
        let payload = input.take(usize::from(length)).ok_or(too_short(needed))?;
        let end = input.u8().ok_or(too_short(needed))?;
        if !input.is_empty() {
            return Err(FrameError::TrailingBytes(input.0.len()));
        }
        if end != END {
            return Err(FrameError::WrongEnd(end));
        }
        let computed = checksum(command, length, payload);
        if computed != declared {
            return Err(FrameError::ChecksumMismatch { declared, computed });
        }
        Ok(Self { command, payload })
    }

    /// Writes the frame to the start of `out` and returns its length: [`FRAME_OVERHEAD`] plus
    /// that of the payload.
    ///
    /// # Errors
    /// [`EncodeError::BufferFull`], or [`EncodeError::PayloadTooLong`] above 65535 bytes.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        let length = payload_length(self.payload.len())?;
        let mut output = Output::new(out);
        output.put(&header(self.command, length, self.payload))?;
        output.put(self.payload)?;
        output.put(&[END])?;
        Ok(output.len())
    }
}

/// Completes a frame around the payload that is already at `out[HEADER_LENGTH..][..length]`.
pub(super) fn wrap_payload(
    out: &mut [u8],
    command: u16,
    length: usize,
) -> Result<usize, EncodeError> {
    let total = FRAME_OVERHEAD + length;
    let wire_length = payload_length(length)?;
    let frame = out.get_mut(..total).ok_or(EncodeError::BufferFull)?;
    let (head, rest) = frame.split_at_mut_checked(HEADER_LENGTH).ok_or(EncodeError::BufferFull)?;
    let (end, payload) = rest.split_last_mut().ok_or(EncodeError::BufferFull)?;
    *end = END;
    head.copy_from_slice(&header(command, wire_length, payload)); // both are HEADER_LENGTH long
    Ok(total)
}

fn payload_length(length: usize) -> Result<u16, EncodeError> {
    u16::try_from(length).map_err(|_| EncodeError::PayloadTooLong(length))
}

fn header(command: u16, length: u16, payload: &[u8]) -> [u8; HEADER_LENGTH] {
    let [command_high, command_low] = command.to_be_bytes();
    let [length_high, length_low] = length.to_be_bytes();
    let checksum = checksum(command, length, payload);
    [START, command_high, command_low, length_high, length_low, checksum]
}

/// The exclusive or of both command bytes, both length bytes and the payload.
fn checksum(command: u16, length: u16, payload: &[u8]) -> u8 {
    let [command_high, command_low] = command.to_be_bytes();
    let [length_high, length_low] = length.to_be_bytes();
    let start = command_high ^ command_low ^ length_high ^ length_low;
    payload.iter().fold(start, |sum, byte| sum ^ byte)
}
