//! The states of an update and the transitions between them.

use core::time::Duration;

use cloudsmets_protocol::release::Version;
use fastrand::Rng;

use super::timing::until_first_check;
use super::{Action, Channel, Chip, Event, Image, Record, SetbackReason, Slot};
use crate::telink::MAX_IMAGE_SIZE;
use crate::{Expected, Refusal, StoredImage};

/// The circumstances in which the device was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The version that runs.
    pub running: Version,
    /// The slot that it runs from.
    pub slot: Slot,
    /// The size of a slot in bytes.
    pub slot_size: u32,
    /// The kind of versions to ask for.
    pub channel: Channel,
    /// A random number from the hardware.
    pub seed: u64,
}

/// The state machine. Times are since the start of the device.
#[derive(Debug, Clone)]
pub struct Updater {
    pub(super) start: Start,
    pub(super) record: Record,
    pub(super) random: Rng,
    pub(super) state: State,
    pub(super) next_check: Duration,
    /// The time of the last setback, or of the start.
    pub(super) setback_at: Duration,
    /// The number of requests in a row that failed.
    pub(super) failures: u8,
    pub(super) hub_reached: bool,
    pub(super) last_refusal: Option<(Image, Refusal)>,
}

/// What the device is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Idle,
    Asking,
    FetchingSignature(Image),
    Downloading {
        image: Image,
        held: u32,
    },
    Disconnected {
        image: Image,
        held: u32,
        until: Duration,
    },
    /// Saving the record, and what comes next.
    Saving(AfterSaving),
    Selecting(Selection),
    Restarting,
    OnTrial {
        deadline: Duration,
    },
    MarkingValid,
    UpdatingTlsr8258 {
        image: Image,
        size: u32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterSaving {
    Idle,
    OnTrial { deadline: Duration },
    Select(Selection),
}

/// Why the other slot is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Selection {
    Update,
    Reversion,
}

impl Updater {
    /// Creates the updater with the record that the device has stored.
    #[must_use]
    pub fn new(start: Start, record: Record, now: Duration) -> Self {
        let mut random = Rng::with_seed(start.seed);
        let next_check = now + until_first_check(&mut random);
        let mut updater = Self {
            start,
            record,
            random,
            state: State::Idle,
            next_check,
            setback_at: now,
            failures: 0,
            hub_reached: false,
            last_refusal: None,
        };
        if updater.record.group.is_none() {
            updater.record.group = Some(updater.random.u8(0..100));
            updater.state = State::Saving(AfterSaving::Idle);
        }
        if let Some(trial) = updater.record.trial {
            updater.state = State::Saving(updater.resume_trial(trial, now));
        }
        updater
    }

    /// What the device has to do.
    #[must_use]
    pub fn action(&self) -> Action {
        match self.state {
            State::Idle => Action::WaitUntil(self.next_check),
            State::Asking => Action::AskLatestVersion {
                group: self.record.group.unwrap_or(0),
                channel: self.start.channel,
            },
            State::FetchingSignature(image) => {
                Action::FetchSignature { image, expected: self.expected(image) }
            }
            State::Downloading { image, held } => Action::FetchImage { image, offset: held },
            State::Disconnected { until, .. } => Action::WaitUntil(until),
            State::Saving(_) => Action::Save(self.record),
            State::Selecting(_) => Action::SelectSlot(self.start.slot.other()),
            State::Restarting => Action::Restart,
            State::OnTrial { deadline } => Action::WaitUntil(deadline),
            State::MarkingValid => Action::MarkValid,
            State::UpdatingTlsr8258 { image, size } => Action::UpdateTlsr8258 { image, size },
        }
    }

    /// Handles an event. Returns the next action, or `None` if the device continues with its action. An
    /// event that does not answer the action is ignored.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the proof in `Stored` must not be used twice"
    )]
    pub fn handle(&mut self, event: Event, now: Duration) -> Option<Action> {
        let before = self.state;
        self.hub_reached |= event == Event::HubReached;
        self.state = self.next_state(&event, now);
        (self.state != before).then(|| self.action())
    }

    fn next_state(&mut self, event: &Event, now: Duration) -> State {
        match (self.state, event) {
            (State::Idle, Event::HubReached) => self.idle(),
            (State::Idle, Event::TimeReached) => State::Asking,
            (State::Asking, Event::Latest(latest)) => self.consider(*latest, now),
            (State::FetchingSignature(image), Event::SignatureAccepted) => {
                self.failures = 0;
                State::Downloading { image, held: 0 }
            }
            (State::FetchingSignature(image), Event::Refused(refusal)) => {
                self.last_refusal = Some((image, *refusal));
                self.idle()
            }
            (State::Downloading { image, held }, Event::ConnectionLost { held: held_now }) => {
                self.disconnected(image, held, *held_now, now)
            }
            (State::Asking | State::FetchingSignature(_), Event::ConnectionLost { .. }) => {
                self.retry_later(now)
            }
            (
                State::Asking | State::FetchingSignature(_) | State::Downloading { .. },
                Event::NotFound,
            ) => self.look_again(now),
            (State::Downloading { image, .. }, Event::Stored(stored))
                if is_proof(stored, image) =>
            {
                self.install(image, stored.trusted_comment().size)
            }
            (State::Downloading { image, .. }, Event::Refused(refusal)) => {
                self.last_refusal = Some((image, *refusal));
                self.setback(image, SetbackReason::Refused, now)
            }
            (State::Downloading { image, .. }, Event::FlashFailed) => {
                self.setback(image, SetbackReason::FlashFailed, now)
            }
            (State::Disconnected { image, held, .. }, Event::TimeReached) => {
                State::Downloading { image, held }
            }
            (State::Saving(next), Event::Done) => self.saved(next),
            (State::Saving(next), Event::FlashFailed) => self.not_saved(next, now),
            (State::Selecting(_), Event::Done) => State::Restarting,
            (State::Selecting(selection), Event::FlashFailed) => self.not_selected(selection, now),
            (State::OnTrial { .. }, Event::HubReached) => State::MarkingValid,
            (State::OnTrial { .. }, Event::TimeReached) => self.revert(),
            (State::MarkingValid, Event::Done | Event::FlashFailed) => self.confirm(),
            (State::UpdatingTlsr8258 { image, .. }, Event::Done) => {
                self.record.tlsr8258 = Some(image.version);
                State::Saving(AfterSaving::Idle)
            }
            (State::UpdatingTlsr8258 { image, .. }, Event::ChipFailed) => {
                self.setback(image, SetbackReason::ChipFailed, now)
            }
            (state, _) => state,
        }
    }

    /// What the device remembers.
    #[must_use]
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// The last image that was refused since the start of the device, and the reason.
    #[must_use]
    pub const fn last_refusal(&self) -> Option<(Image, Refusal)> {
        self.last_refusal
    }

    fn expected(&self, image: Image) -> Expected {
        let (floor, capacity) = match image.chip {
            Chip::Esp32c3 => {
                (self.record.floor.max(Some(self.start.running)), self.start.slot_size)
            }
            Chip::Tlsr8258 => (self.record.tlsr8258, self.start.slot_size.min(MAX_IMAGE_SIZE)),
        };
        Expected {
            target: image.chip.target(),
            running: self.start.running,
            floor,
            capacity,
            offered: Some(image.version),
        }
    }
}

fn is_proof(stored: &StoredImage, image: Image) -> bool {
    let comment = stored.trusted_comment();
    comment.target == image.chip.target() && comment.version == image.version
}
