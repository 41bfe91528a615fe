//! Finds frames in a stream of bytes.

use core::ops::Range;

use super::frame::{FRAME_OVERHEAD, Frame, START};

/// Finds frames in a stream. The stream may arrive in pieces of any size and contain noise.
///
/// If the available bytes are not a frame (wrong start, end or checksum, or a length that exceeds `N`),
/// the reader drops **one** byte and continues, because 55 and AA also occur in payloads. `N` is the
/// maximum size of a frame in bytes, at least 7; the Telink chip's own buffer has 128 bytes.
///
/// A 55 in noise may look like the start of an incomplete frame, and delay the frames after it.
/// [`Reader::next_frame_after_silence`] returns those; call it when the line has been silent for longer
/// than the duration of a frame (128 bytes at 115,200 baud take about 11 ms).
///
/// ```
/// # use cloudsmets_protocol::zbhci::Reader;
/// let mut reader = Reader::<128>::new();
/// let mut received: &[u8] = &[0x00, 0x55, 0x80, 0x45, 0x00, 0x01, 0xC3, 0x07, 0xAA];
/// let mut commands = 0;
/// while let Some(frame) = reader.next_frame(&mut received) {
///     assert_eq!(frame.command, 0x8045);
///     commands += 1;
/// }
/// assert_eq!((commands, reader.dropped()), (1, 1));
/// ```
#[derive(Debug, Clone)]
pub struct Reader<const N: usize> {
    buffer: [u8; N],
    /// `start <= end <= N`. The bytes between them are neither part of a returned frame nor dropped.
    start: usize,
    end: usize,
    dropped: u32,
}

impl<const N: usize> Reader<N> {
    /// Creates an empty reader. An `N` below 7 does not compile.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(N >= FRAME_OVERHEAD, "no frame fits into the reader") };
        Self { buffer: [0; N], start: 0, end: 0, dropped: 0 }
    }

    /// Consumes `received` until the next frame is complete. Returns `None` if all bytes are consumed
    /// and the frame is still incomplete.
    pub fn next_frame(&mut self, received: &mut &[u8]) -> Option<Frame<'_>> {
        let found = loop {
            if let Some(found) = self.find(false) {
                break found;
            }
            if received.is_empty() {
                return None;
            }
            // Consumes at least one byte, because an incomplete frame is shorter than the buffer.
            self.fill(received);
        };
        Frame::parse(self.buffer.get(found)?).ok()
    }

    /// Returns the next frame in the bytes that are already consumed, assuming that no more bytes
    /// follow: the start of an incomplete frame is noise. Call it until it returns `None`; the reader is
    /// then empty.
    pub fn next_frame_after_silence(&mut self) -> Option<Frame<'_>> {
        let found = self.find(true)?;
        Frame::parse(self.buffer.get(found)?).ok()
    }

    /// The number of bytes that were dropped as noise, up to `u32::MAX`.
    #[must_use]
    pub const fn dropped(&self) -> u32 {
        self.dropped
    }

    fn find(&mut self, is_line_silent: bool) -> Option<Range<usize>> {
        loop {
            let buffered = self.buffer.get(self.start..self.end)?;
            match scan(buffered, N) {
                ScanResult::Frame(length) => {
                    let found = self.start..self.start.saturating_add(length);
                    self.start = found.end;
                    return Some(found);
                }
                ScanResult::Incomplete if buffered.is_empty() || !is_line_silent => return None,
                ScanResult::Incomplete | ScanResult::Noise => {
                    self.start = self.start.saturating_add(1);
                    self.dropped = self.dropped.saturating_add(1);
                }
            }
        }
    }

    fn fill(&mut self, received: &mut &[u8]) {
        // This cannot panic, because start <= end <= N.
        self.buffer.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        self.start = 0;
        let taken = received.len().min(N.saturating_sub(self.end));
        let Some((new, rest)) = received.split_at_checked(taken) else {
            return;
        };
        for (place, byte) in self.buffer.iter_mut().skip(self.end).zip(new) {
            *place = *byte;
        }
        self.end = self.end.saturating_add(taken);
        *received = rest;
    }
}

impl<const N: usize> Default for Reader<N> {
    fn default() -> Self {
        Self::new()
    }
}

enum ScanResult {
    Frame(usize),
    Incomplete,
    Noise,
}

fn scan(buffered: &[u8], max_length: usize) -> ScanResult {
    let length = match buffered {
        [START, _, _, high, low, ..] => {
            FRAME_OVERHEAD + usize::from(u16::from_be_bytes([*high, *low]))
        }
        [START, ..] | [] => return ScanResult::Incomplete,
        _ => return ScanResult::Noise,
    };
    if length > max_length {
        return ScanResult::Noise;
    }
    match buffered.get(..length) {
        Some(bytes) if Frame::parse(bytes).is_ok() => ScanResult::Frame(length),
        Some(_) => ScanResult::Noise,
        None => ScanResult::Incomplete,
    }
}
