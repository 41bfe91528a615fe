//! Frames out of a stream of bytes.

use core::ops::Range;

use super::frame::{FRAME_OVERHEAD, Frame, START};

/// Finds frames in a stream, however it is cut, and survives noise.
///
/// Where the bytes at hand cannot be a frame (wrong start, end or checksum, or a length that does not
/// fit into `N`), **one** byte is dropped and the search goes on, because 55 and AA occur inside
/// payloads. `N` is the greatest frame in bytes, at least 7; the Telink chip's own buffer is 128.
///
/// A 55 in noise may look like the start of a frame whose end has not come, and so hold back the
/// frames behind it. [`Reader::next_frame_after_silence`] frees those; call it when the line has been
/// quiet for longer than a frame lasts (128 bytes at 115,200 baud are about 11 ms).
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
    /// `start <= end <= N`; the bytes between are not yet read as a frame nor dropped.
    start: usize,
    end: usize,
    dropped: u32,
}

impl<const N: usize> Reader<N> {
    /// An empty reader. An `N` under 7 does not compile.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(N >= FRAME_OVERHEAD, "no frame fits into the reader") };
        Self { buffer: [0; N], start: 0, end: 0, dropped: 0 }
    }

    /// Takes from `received` as much as it needs to find the next frame. `None`: all is taken and
    /// the next frame is not complete yet.
    pub fn next_frame(&mut self, received: &mut &[u8]) -> Option<Frame<'_>> {
        let found = loop {
            if let Some(found) = self.find(false) {
                break found;
            }
            if received.is_empty() {
                return None;
            }
            // Takes at least one byte: what is incomplete is shorter than a frame that fits.
            self.fill(received);
        };
        Frame::parse(self.buffer.get(found)?).ok()
    }

    /// The next frame among the bytes already taken, if no more of them are to come: a start whose
    /// end is missing is noise. Call it until it answers `None`; the reader is empty then.
    pub fn next_frame_after_silence(&mut self) -> Option<Frame<'_>> {
        let found = self.find(true)?;
        Frame::parse(self.buffer.get(found)?).ok()
    }

    /// How many bytes were dropped as noise since the start, up to `u32::MAX`.
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
        // Cannot panic: start <= end <= N.
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
