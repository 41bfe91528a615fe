//! The transitions of the [`Updater`] that do more than change its state.

use core::time::Duration;

use cloudsmets_protocol::release::Version;

use super::state::{AfterSaving, Selection, State};
use super::timing::{back_off, until_next_check, until_published};
use super::{
    ACCEPTANCE_PERIOD, Chip, Decision, Image, MAX_TRIAL_STARTS, Retry, SetbackReason, Trial,
    Updater, decide,
};

/// The number of attempts without any progress after which a download is given up, so that the device
/// asks for the newest version again.
const MAX_ATTEMPTS: u8 = 8;

impl Updater {
    /// Continues with the trial that the record contains.
    pub(super) fn resume_trial(&mut self, mut trial: Trial, now: Duration) -> AfterSaving {
        if trial.slot != self.start.slot || trial.version != self.start.running {
            let image = Image { chip: Chip::Esp32c3, version: trial.version };
            let never_started = trial.starts == 0;
            let reason =
                if never_started { SetbackReason::NotStarted } else { SetbackReason::Reverted };
            self.record.trial = None;
            self.record.add_setback(image, reason);
            return AfterSaving::Idle;
        }
        trial.reverting |= trial.starts >= MAX_TRIAL_STARTS;
        let next = if trial.reverting {
            AfterSaving::Select(Selection::Reversion)
        } else {
            trial.starts += 1;
            AfterSaving::OnTrial { deadline: now + ACCEPTANCE_PERIOD }
        };
        self.record.trial = Some(trial);
        next
    }

    /// Waits for the next check. A version that was installed over USB has no trial, and is confirmed
    /// here.
    pub(super) fn idle(&mut self) -> State {
        if self.hub_reached && self.record.floor < Some(self.start.running) {
            self.confirm()
        } else {
            State::Idle
        }
    }

    pub(super) fn consider(&mut self, latest: Option<Version>, now: Duration) -> State {
        self.failures = 0;
        self.next_check = now + until_next_check(&mut self.random);
        match decide(&self.record, self.start.running, latest, self.setback_at, now) {
            Decision::Install(image) => return State::FetchingSignature(image),
            Decision::Postponed(_, until) => self.next_check = self.next_check.min(until),
            Decision::NothingNewer | Decision::GivenUp(_) => {}
        }
        self.idle()
    }

    /// After a failed request. The failures in a row determine the waiting time.
    pub(super) fn retry_later(&mut self, now: Duration) -> State {
        self.failures = self.failures.saturating_add(1);
        self.next_check = now + back_off(self.failures, &mut self.random);
        self.idle()
    }

    /// After the server did not have a file.
    pub(super) fn look_again(&mut self, now: Duration) -> State {
        self.next_check = now + until_published(&mut self.random);
        self.idle()
    }

    /// `held` is the number of bytes with which the attempt began.
    pub(super) fn disconnected(
        &mut self,
        image: Image,
        held: u32,
        held_now: u32,
        now: Duration,
    ) -> State {
        if held_now > held {
            self.failures = 0;
        }
        if self.failures >= MAX_ATTEMPTS {
            return self.retry_later(now);
        }
        self.failures += 1;
        let until = now + back_off(self.failures, &mut self.random);
        State::Disconnected { image, held: held_now, until }
    }

    pub(super) fn install(&mut self, image: Image, size: u32) -> State {
        match image.chip {
            Chip::Tlsr8258 => State::UpdatingTlsr8258 { image, size },
            Chip::Esp32c3 => {
                let (version, slot) = (image.version, self.start.slot.other());
                self.record.trial = Some(Trial { version, slot, starts: 0, reverting: false });
                State::Saving(AfterSaving::Select(Selection::Update))
            }
        }
    }

    pub(super) fn setback(&mut self, image: Image, reason: SetbackReason, now: Duration) -> State {
        self.record.add_setback(image, reason);
        self.setback_at = now;
        self.next_check = now + until_next_check(&mut self.random);
        if let Some(Retry::After(delay)) = self.record.setback.map(|setback| setback.retry()) {
            self.next_check = self.next_check.min(now + delay);
        }
        State::Saving(AfterSaving::Idle)
    }

    pub(super) fn saved(&mut self, next: AfterSaving) -> State {
        match next {
            AfterSaving::Idle => self.idle(),
            AfterSaving::OnTrial { .. } if self.hub_reached => State::MarkingValid,
            AfterSaving::OnTrial { deadline } => State::OnTrial { deadline },
            AfterSaving::Select(selection) => State::Selecting(selection),
        }
    }

    /// Without a record of the trial, no other version is started. Everything else continues.
    pub(super) fn not_saved(&mut self, next: AfterSaving, now: Duration) -> State {
        match next {
            AfterSaving::Idle => State::Idle,
            AfterSaving::Select(Selection::Update) => match self.record.trial.take() {
                Some(trial) => self.flash_failed(trial, now),
                None => State::Idle,
            },
            AfterSaving::OnTrial { .. } | AfterSaving::Select(Selection::Reversion) => {
                self.saved(next)
            }
        }
    }

    /// The next start shows which slot the bootloader chooses, so the record keeps the trial.
    pub(super) fn not_selected(&mut self, selection: Selection, now: Duration) -> State {
        match (selection, self.record.trial) {
            (Selection::Update, Some(trial)) => self.flash_failed(trial, now),
            _ => State::OnTrial { deadline: now + ACCEPTANCE_PERIOD },
        }
    }

    fn flash_failed(&mut self, trial: Trial, now: Duration) -> State {
        let image = Image { chip: Chip::Esp32c3, version: trial.version };
        self.setback(image, SetbackReason::FlashFailed, now)
    }

    /// Accepts the running version for good.
    pub(super) fn confirm(&mut self) -> State {
        self.record.floor = self.record.floor.max(Some(self.start.running));
        self.record.trial = None;
        self.record.setback = None;
        State::Saving(AfterSaving::Idle)
    }

    pub(super) fn revert(&mut self) -> State {
        if let Some(trial) = &mut self.record.trial {
            trial.reverting = true;
        }
        State::Saving(AfterSaving::Select(Selection::Reversion))
    }
}
