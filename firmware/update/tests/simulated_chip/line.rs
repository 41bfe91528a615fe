use heapless::{Deque, Vec};

use super::Random;

/// The bytes of one frame. The chip's buffer has this size.
pub(crate) type Bytes = Vec<u8, 128>;

/// How many of a thousand frames, or of the host's turns, are affected.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Faults {
    pub(crate) dropped: u64,
    pub(crate) duplicated: u64,
    pub(crate) corrupted: u64,
    /// The host does something else for up to 4 seconds.
    pub(crate) paused: u64,
}

/// One direction of the UART.
#[derive(Default)]
pub(super) struct Line {
    frames: Deque<(u64, Bytes), 32>,
    free_at: u64,
}

impl Line {
    pub(super) fn send(&mut self, frame: &[u8], now: u64, faults: Faults, random: &mut Random) {
        let Ok(mut bytes) = Bytes::from_slice(frame) else { panic!("{} bytes", frame.len()) };
        if random.happens(faults.dropped) {
            return;
        }
        if random.happens(faults.corrupted) {
            let position = random.below(bytes.len() as u64) as usize;
            bytes[position] ^= 1 << random.below(8);
        }
        let copies = if random.happens(faults.duplicated) { 2 } else { 1 };
        for _ in 0..copies {
            // 115,200 baud, 10 bits for each byte.
            self.free_at = self.free_at.max(now) + (bytes.len() as u64 * 10).div_ceil(115);
            assert!(self.frames.push_back((self.free_at, bytes.clone())).is_ok(), "line overflow");
        }
    }

    pub(super) fn next_arrival(&self) -> Option<u64> {
        self.frames.front().map(|(time, _)| *time)
    }

    pub(super) fn receive(&mut self, now: u64) -> Option<Bytes> {
        self.next_arrival().filter(|time| *time <= now)?;
        self.frames.pop_front().map(|(_, bytes)| bytes)
    }
}
