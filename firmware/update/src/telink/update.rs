//! The ESP32's side of the chip's update.

use cloudsmets_protocol::zbhci::{
    Acknowledgement, AcknowledgementStatus, Frame, UPDATE_BLOCK_LENGTH, UpdateEvent, UpdateStatus,
};

use super::Outcome;

// All times are in milliseconds.
/// The chip erases the whole slot before it replies to the start.
const START_TIMEOUT: u64 = 10_000;
/// The delay before a start that the chip did not queue is sent again.
const START_RETRY: u64 = 500;
/// The chip requests a block five times, every 500 ms, and then ends the update.
const EARLIER_UPDATE: u64 = 3_000;
const MAX_STARTS: u8 = 5;
/// The chip may end the update 500 ms after a request. Older requests are not answered.
const REQUEST_LIFETIME: u64 = 400;
/// How often to look for frames during the transfer, so that the age of a request is known.
const POLL_INTERVAL: u64 = 100;
const SILENCE_TIMEOUT: u64 = 5_000;

/// The two addresses from which the chip can run. It writes an update to the other one.
const SLOTS: [u32; 2] = [0, 0x4_0000];

/// Transfers an image, which must have been verified, to the chip.
///
/// This does no I/O and has no clock: times are milliseconds of a clock that never goes backwards. Pass
/// **all** frames that have arrived to [`receive`](Self::receive), then do what
/// [`next_action`](Self::next_action) returns, until it returns [`Action::Finish`].
///
/// A block must never reach the chip outside an update. The chip (Telink SDK 3.7.2.0) then erases the
/// first sector of its flash, from which it may be running. Therefore only requests after a confirmed
/// start are answered, each of them once, not if the end of the update has arrived meanwhile, and not if
/// so much time has passed since the last call of `next_action` that the request may be an old one.
#[derive(Debug, Clone)]
pub struct Update {
    size: u32,
    state: State,
    starts: u8,
    /// The outcome if no further start succeeds.
    start_failure: Outcome,
    /// The end of the last block that the chip was sent.
    offset: u32,
    /// The time of the last call of `next_action`.
    polled: u64,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// The start is to be sent at this time.
    StartAt(u64),
    /// The start was sent; the reply must arrive before this time.
    Starting(u64),
    Transferring {
        request: Option<Request>,
        /// When to stop waiting for a frame from the chip.
        timeout: u64,
    },
    Finished(Outcome),
}

#[derive(Debug, Clone, Copy)]
struct Request {
    offset: u32,
    length: u8,
    expires: u64,
}

/// What the caller must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Send [`UpdateCommand::Start`](cloudsmets_protocol::zbhci::UpdateCommand::Start).
    SendStart {
        /// The size of the image.
        size: u32,
    },
    /// Send [`UpdateCommand::Block`](cloudsmets_protocol::zbhci::UpdateCommand::Block) with these bytes of
    /// the image immediately. A late block can damage the running firmware.
    SendBlock {
        /// The offset of the first byte.
        offset: u32,
        /// The number of bytes, at most 40.
        length: u8,
    },
    /// Wait until frames arrive, but not longer than to this time.
    WaitUntil(u64),
    /// Stop, because the update has ended.
    Finish(Outcome),
}

impl Update {
    /// Prepares the update with an image of `size` bytes.
    #[must_use]
    pub const fn new(size: u32) -> Self {
        Self {
            size,
            state: State::StartAt(0),
            starts: 0,
            start_failure: Outcome::NoReply,
            offset: 0,
            polled: 0,
        }
    }

    /// The number of bytes that were sent to the chip, for showing the progress.
    #[must_use]
    pub const fn sent(&self) -> u32 {
        self.offset
    }

    /// Handles a frame from the chip. Frames that are not about the update are ignored.
    pub fn receive(&mut self, frame: &Frame<'_>, now: u64) {
        match self.state {
            State::StartAt(_) | State::Starting(_) if self.starts > 0 => {
                self.receive_start(frame, now);
            }
            State::Transferring { .. } => {
                if let Some(event) = UpdateEvent::parse(frame) {
                    self.receive_transfer(event, now);
                }
            }
            State::StartAt(_) | State::Starting(_) | State::Finished(_) => {}
        }
    }

    /// Decides what to do next.
    pub fn next_action(&mut self, now: u64) -> Action {
        self.polled = now;
        if let State::Starting(timeout) = self.state
            && now >= timeout
        {
            self.start_failure = Outcome::NoReply;
            self.state = State::StartAt(now);
        }
        match self.state {
            State::StartAt(time) if now < time => Action::WaitUntil(time),
            State::StartAt(_) if self.starts == MAX_STARTS => self.finish(self.start_failure),
            State::StartAt(_) => {
                self.starts += 1;
                self.state = State::Starting(now.saturating_add(START_TIMEOUT));
                Action::SendStart { size: self.size }
            }
            State::Starting(timeout) => Action::WaitUntil(timeout),
            State::Transferring { request, timeout } => self.next_block(request, timeout, now),
            State::Finished(outcome) => Action::Finish(outcome),
        }
    }

    fn receive_start(&mut self, frame: &Frame<'_>, now: u64) {
        match UpdateEvent::parse(frame) {
            Some(UpdateEvent::Started { address, size, offset, status }) => match status {
                UpdateStatus::Success => self.started(address, size, offset, now),
                UpdateStatus::InProgress => {
                    self.start_again(Outcome::OtherUpdateInProgress, now, EARLIER_UPDATE);
                }
                status => self.state = State::Finished(Outcome::StartRefused(status)),
            },
            // An earlier update, or this one if its start was confirmed by a frame that was lost.
            Some(UpdateEvent::Ended { .. }) => {
                self.start_again(self.start_failure, now, START_RETRY);
            }
            Some(UpdateEvent::BlockRequest { .. }) => {}
            None => match Acknowledgement::parse(frame).and_then(start_status) {
                None | Some(AcknowledgementStatus::Queued) => {}
                Some(AcknowledgementStatus::UnknownCommand) => {
                    self.state = State::Finished(Outcome::Unsupported);
                }
                Some(status) => self.start_again(Outcome::NotQueued(status), now, START_RETRY),
            },
        }
    }

    fn start_again(&mut self, failure: Outcome, now: u64, delay: u64) {
        self.start_failure = failure;
        self.state = State::StartAt(now.saturating_add(delay));
    }

    fn started(&mut self, address: u32, size: u32, offset: u32, now: u64) {
        self.state = if !SLOTS.contains(&address) {
            State::Finished(Outcome::UnexpectedAddress(address))
        } else if size != self.size {
            State::Finished(Outcome::UnexpectedSize(size))
        } else if offset != 0 {
            State::Finished(Outcome::UnexpectedStart(offset))
        } else {
            State::Transferring { request: None, timeout: now.saturating_add(SILENCE_TIMEOUT) }
        };
    }

    fn receive_transfer(&mut self, event: UpdateEvent, now: u64) {
        match event {
            // The reply to a start that was sent twice.
            UpdateEvent::Started { .. } => {}
            UpdateEvent::BlockRequest { offset, length } => {
                self.state = if self.contains(offset, length) {
                    let expires = self.polled.saturating_add(REQUEST_LIFETIME);
                    State::Transferring {
                        request: Some(Request { offset, length, expires }),
                        timeout: now.saturating_add(SILENCE_TIMEOUT),
                    }
                } else {
                    State::Finished(Outcome::BlockOutOfRange { offset, length })
                };
            }
            UpdateEvent::Ended { size, offset, status } => {
                self.state = State::Finished(match status {
                    UpdateStatus::Success if size == self.size && offset == size => {
                        Outcome::Accepted
                    }
                    UpdateStatus::Success => Outcome::UnexpectedEnd { size, offset },
                    status => Outcome::Stopped { status, offset },
                });
            }
        }
    }

    fn next_block(&mut self, request: Option<Request>, timeout: u64, now: u64) -> Action {
        if now >= timeout {
            let has_all = self.offset == self.size;
            return self.finish(if has_all {
                Outcome::Unconfirmed
            } else {
                Outcome::Silent(self.offset)
            });
        }
        self.state = State::Transferring { request: None, timeout };
        match request.filter(|request| now < request.expires) {
            Some(Request { offset, length, .. }) => {
                self.offset = offset.saturating_add(u32::from(length));
                Action::SendBlock { offset, length }
            }
            None => Action::WaitUntil(timeout.min(now.saturating_add(POLL_INTERVAL))),
        }
    }

    fn contains(&self, offset: u32, length: u8) -> bool {
        let end = offset.checked_add(u32::from(length));
        (1..=UPDATE_BLOCK_LENGTH).contains(&length) && end.is_some_and(|end| end <= self.size)
    }

    fn finish(&mut self, outcome: Outcome) -> Action {
        self.state = State::Finished(outcome);
        Action::Finish(outcome)
    }
}

/// The status of a start, or of a frame that the chip could not read, which may have been one.
fn start_status(acknowledgement: Acknowledgement) -> Option<AcknowledgementStatus> {
    const START: u16 = 0x0210;
    const UNREADABLE: u16 = 0xFFFF;
    let is_start = matches!(acknowledgement.command, START | UNREADABLE);
    is_start.then_some(acknowledgement.status)
}
