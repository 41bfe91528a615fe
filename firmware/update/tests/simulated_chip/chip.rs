use cloudsmets_protocol::zbhci::{
    Acknowledgement, AcknowledgementStatus, EncodeError, Frame, FrameError, UPDATE_BLOCK_LENGTH,
    UpdateCommand, UpdateEvent, UpdateStatus,
};
use heapless::{Deque, Vec};

use super::image::checksum;
use super::line::Bytes;

pub(crate) const FLASH_SIZE: usize = 512 * 1024;
const SECTOR_SIZE: usize = 4096;
/// The second of the two slots; the first is at 0.
pub(crate) const SLOT_ADDRESS: usize = 0x4_0000;
const SLOT_SIZE: u32 = 208 * 1024;
const FIRST_REQUEST: u64 = 10;
const REQUEST_INTERVAL: u64 = 500;
const MAX_REQUESTS: u8 = 5;
const RESTART_DELAY: u64 = 3000;
const BAD_CHECKSUM: u8 = 9;
/// The byte "K" of the magic, which the chip writes last.
const START_FLAG: usize = 8;

/// The state of an update. As in the SDK, all of it is zero outside an update.
#[derive(Default)]
struct Progress {
    running: bool,
    address: usize,
    size: u32,
    offset: u32,
    requests: u8,
}

pub(crate) struct Chip<'f> {
    pub(crate) flash: &'f mut [u8],
    /// The slot it runs from: 0 or [`SLOT_ADDRESS`].
    pub(crate) boots_from: usize,
    /// How long it takes to erase one sector, in milliseconds.
    pub(crate) erase_time: u64,
    progress: Progress,
    next_request: Option<u64>,
    restart: Option<u64>,
    busy_until: u64,
    waiting: Option<Bytes>,
    sent: Deque<(u64, Bytes), 8>,
}

impl<'f> Chip<'f> {
    pub(crate) fn new(flash: &'f mut [u8], boots_from: usize) -> Self {
        Self {
            flash,
            boots_from,
            erase_time: 40,
            progress: Progress::default(),
            next_request: None,
            restart: None,
            busy_until: 0,
            waiting: None,
            sent: Deque::new(),
        }
    }

    /// Frames are handled after an erase; the buffer holds one.
    pub(super) fn receive(&mut self, bytes: Bytes, now: u64) {
        if now < self.busy_until {
            self.waiting = Some(bytes);
        } else {
            self.handle(&bytes, now);
        }
    }

    pub(super) fn next_event(&self) -> Option<u64> {
        let waiting = self.waiting.as_ref().map(|_| self.busy_until);
        let sent = self.sent.front().map(|(time, _)| *time);
        [waiting, sent, self.next_request, self.restart].into_iter().flatten().min()
    }

    /// Does what is due, and returns a frame that it sends now.
    pub(super) fn advance(&mut self, now: u64) -> Option<Bytes> {
        if now >= self.busy_until
            && let Some(bytes) = self.waiting.take()
        {
            self.handle(&bytes, now);
        }
        if self.next_request.is_some_and(|time| time <= now) {
            self.request(now);
        }
        if self.restart.is_some_and(|time| time <= now) {
            self.restart();
        }
        self.sent.front().filter(|(time, _)| *time <= now)?;
        self.sent.pop_front().map(|(_, bytes)| bytes)
    }

    /// Loses all state except the flash.
    pub(crate) fn reset(&mut self) {
        self.progress = Progress::default();
        (self.next_request, self.restart, self.waiting) = (None, None, None);
        self.sent.clear();
    }

    fn handle(&mut self, bytes: &[u8], now: u64) {
        let frame = match Frame::parse(bytes) {
            Ok(frame) => frame,
            Err(FrameError::ChecksumMismatch { .. }) => {
                let command = u16::from_be_bytes([bytes[1], bytes[2]]);
                return self.acknowledge(command, AcknowledgementStatus::Other(BAD_CHECKSUM), now);
            }
            Err(_) => {
                return self.acknowledge(0xFFFF, AcknowledgementStatus::Other(BAD_CHECKSUM), now);
            }
        };
        let Some(command) = UpdateCommand::parse(&frame) else {
            return self.acknowledge(frame.command, AcknowledgementStatus::UnknownCommand, now);
        };
        self.acknowledge(frame.command, AcknowledgementStatus::Queued, now);
        match command {
            UpdateCommand::Start { size } => self.start(size, now),
            UpdateCommand::Block { offset, data } => self.block(offset, data, now),
        }
    }

    fn start(&mut self, size: u32, now: u64) {
        let mut reply_at = now;
        let status = if self.progress.running {
            UpdateStatus::InProgress
        } else if size >= SLOT_SIZE {
            UpdateStatus::TooLarge
        } else {
            let address = if self.boots_from == 0 { SLOT_ADDRESS } else { 0 };
            let sectors = size as usize / SECTOR_SIZE + 1;
            self.erase(address, sectors);
            self.progress = Progress { running: true, address, size, ..Progress::default() };
            self.busy_until = now + sectors as u64 * self.erase_time;
            reply_at = self.busy_until;
            self.next_request = Some(reply_at + FIRST_REQUEST);
            UpdateStatus::Success
        };
        let Progress { address, size, offset, .. } = self.progress;
        let address = address as u32;
        let started = UpdateEvent::Started { address, size, offset, status };
        self.send(reply_at, |out| started.encode(out));
    }

    fn request(&mut self, now: u64) {
        if self.progress.requests == MAX_REQUESTS {
            self.next_request = None;
            return self.end(UpdateStatus::Timeout, now);
        }
        self.progress.requests += 1;
        self.next_request = Some(now + REQUEST_INTERVAL);
        let Progress { size, offset, .. } = self.progress;
        let length = u8::try_from(size - offset).unwrap_or(u8::MAX).min(UPDATE_BLOCK_LENGTH);
        self.send(now, |out| UpdateEvent::BlockRequest { offset, length }.encode(out));
    }

    /// Like the SDK, this does not check whether an update is in progress.
    fn block(&mut self, offset: u32, data: &[u8], now: u64) {
        if offset != self.progress.offset {
            return;
        }
        if !self.progress.running {
            return self.end(UpdateStatus::WrongImageType, now);
        }
        self.next_request = None;
        let position = offset as usize;
        let start = self.progress.address + position;
        self.flash[start..start + data.len()].copy_from_slice(data);
        if (position..position + data.len()).contains(&START_FLAG) {
            if data[START_FLAG - position] != b'K' {
                return self.end(UpdateStatus::WrongData, now);
            }
            self.flash[self.progress.address + START_FLAG] = 0xFF;
        }
        self.progress.offset += data.len() as u32;
        self.progress.requests = 0;
        if self.progress.offset < self.progress.size {
            self.next_request = Some(now + FIRST_REQUEST);
        } else if self.progress.offset > self.progress.size {
            self.end(UpdateStatus::WrongOffset, now);
        } else if self.slot_is_valid() {
            self.restart = Some(now + RESTART_DELAY);
            self.end(UpdateStatus::Success, now);
        } else {
            self.end(UpdateStatus::WrongData, now);
        }
    }

    fn slot_is_valid(&mut self) -> bool {
        let start = self.progress.address;
        let slot = &mut self.flash[start..start + self.progress.size as usize];
        slot[START_FLAG] = b'K';
        let (content, declared) = slot.split_at(slot.len() - 4);
        let is_valid = checksum(content).to_le_bytes() == declared;
        slot[START_FLAG] = 0xFF;
        is_valid
    }

    /// After a failure, the chip erases what it has written, and the sector at 0 if that is nothing.
    fn end(&mut self, status: UpdateStatus, now: u64) {
        let Progress { address, size, offset, .. } = self.progress;
        self.send(now, |out| UpdateEvent::Ended { size, offset, status }.encode(out));
        if status != UpdateStatus::Success {
            self.erase(address, offset as usize / SECTOR_SIZE + 1);
        }
        self.progress = Progress::default();
    }

    fn restart(&mut self) {
        let new = if self.boots_from == 0 { SLOT_ADDRESS } else { 0 };
        self.flash[new + START_FLAG] = b'K';
        self.flash[self.boots_from + START_FLAG] = 0;
        self.boots_from = new;
        self.reset();
    }

    fn erase(&mut self, address: usize, sectors: usize) {
        self.flash[address..address + sectors * SECTOR_SIZE].fill(0xFF);
    }

    fn acknowledge(&mut self, command: u16, status: AcknowledgementStatus, now: u64) {
        self.send(now, |out| Acknowledgement { command, status }.encode(out));
    }

    fn send(&mut self, time: u64, encode: impl FnOnce(&mut [u8]) -> Result<usize, EncodeError>) {
        let mut out = [0; 128];
        let length = encode(&mut out).unwrap_or(0);
        let frame = Vec::from_slice(&out[..length]).unwrap_or_default();
        assert!(self.sent.push_back((time, frame)).is_ok(), "the host does not receive");
    }
}
