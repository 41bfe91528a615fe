use cloudsmets_protocol::zbhci::{Reader, UpdateCommand};
use cloudsmets_update::telink::{Action, Outcome, Update};

use super::line::Line;
use super::{Chip, Faults, Random};

/// The ESP32 and the chip, connected by a UART.
pub(crate) struct Simulation<'f> {
    pub(crate) chip: Chip<'f>,
    pub(crate) now: u64,
    pub(crate) faults: Faults,
    random: Random,
    to_chip: Line,
    to_host: Line,
    reader: Reader<128>,
    host_free_at: u64,
}

impl<'f> Simulation<'f> {
    pub(crate) fn new(chip: Chip<'f>, faults: Faults, seed: u64) -> Self {
        Self {
            chip,
            now: 0,
            faults,
            random: Random::new(seed),
            to_chip: Line::default(),
            to_host: Line::default(),
            reader: Reader::new(),
            host_free_at: 0,
        }
    }

    /// Runs an update until it has ended.
    pub(crate) fn update(&mut self, image: &[u8]) -> Outcome {
        self.update_until(image, |_| false).unwrap_or(Outcome::NoReply)
    }

    /// Runs an update until it has ended, or until `stop` returns true, as if the ESP32 had restarted.
    pub(crate) fn update_until(
        &mut self,
        image: &[u8],
        mut stop: impl FnMut(&mut Chip<'f>) -> bool,
    ) -> Option<Outcome> {
        let mut update = Update::new(image.len() as u32);
        loop {
            self.receive(&mut update);
            let wait = match update.next_action(self.now) {
                Action::SendStart { size } => self.command(UpdateCommand::Start { size }),
                Action::SendBlock { offset, length } => {
                    let data = &image[offset as usize..][..usize::from(length)];
                    if stop(&mut self.chip) {
                        return None;
                    }
                    self.command(UpdateCommand::Block { offset, data })
                }
                Action::WaitUntil(time) => time,
                Action::Finish(outcome) => return Some(outcome),
            };
            self.wait(wait);
        }
    }

    /// Lets time pass for the chip, for example until it has restarted.
    pub(crate) fn pass(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        self.host_free_at = end;
        self.wait(end);
        while self.to_host.receive(self.now).is_some() {}
    }

    fn receive(&mut self, update: &mut Update) {
        let mut is_silent = true;
        while let Some(bytes) = self.to_host.receive(self.now) {
            is_silent = false;
            let mut received = bytes.as_slice();
            while let Some(frame) = self.reader.next_frame(&mut received) {
                update.receive(&frame, self.now);
            }
        }
        while is_silent && let Some(frame) = self.reader.next_frame_after_silence() {
            update.receive(&frame, self.now);
        }
    }

    fn command(&mut self, command: UpdateCommand<'_>) -> u64 {
        let mut out = [0; 128];
        let length = command.encode(&mut out).unwrap_or(0);
        self.to_chip.send(&out[..length], self.now, self.faults, &mut self.random);
        self.now
    }

    /// Lets time pass until the host has something to do: a frame arrives, or it is `limit`.
    fn wait(&mut self, limit: u64) {
        if self.random.happens(self.faults.paused) {
            self.host_free_at = self.now + self.random.below(4000);
        }
        loop {
            while let Some(bytes) = self.chip.advance(self.now) {
                self.to_host.send(&bytes, self.now, self.faults, &mut self.random);
            }
            if let Some(bytes) = self.to_chip.receive(self.now) {
                self.chip.receive(bytes, self.now);
                continue;
            }
            let host_at = self.to_host.next_arrival().unwrap_or(limit).min(limit);
            let host_at = host_at.max(self.host_free_at).max(self.now);
            let chip_at = [self.chip.next_event(), self.to_chip.next_arrival()];
            match chip_at.into_iter().flatten().min() {
                Some(time) if time <= host_at => self.now = time.max(self.now),
                _ => {
                    self.now = host_at;
                    return;
                }
            }
        }
    }
}
