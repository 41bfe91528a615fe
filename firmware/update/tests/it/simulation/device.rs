//! The simulated device: its memory, its bootloader, and the code around the updater.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use cloudsmets_protocol::release::Version;
use cloudsmets_update::updater::{
    Action, Channel, Chip, Event, Image, Record, RecordStore, Slot, Start, Updater,
};
use cloudsmets_update::{Expected, InstallError, Installer, KeyRing, Refusal};
use fastrand::Rng;

use super::server::{FIRST, File, Server};
use crate::flash::{ERASE_SIZE, Flash, FlashError, SharedFlash};
use crate::signer::version;

pub(super) const SLOT_SIZE: usize = 8 * ERASE_SIZE;

/// A device and the world around it.
pub(super) struct Device {
    pub(super) server: Server,
    pub(super) random: Rng,
    /// Whether power, flash memory, connections and the Zigbee chip fail.
    pub(super) is_bad: bool,
    /// How often each kind of failure occurred.
    pub(super) occurred: BTreeMap<&'static str, u32>,
    keys: KeyRing,
    slots: [SharedFlash; 2],
    records: Flash,
    selected: Slot,
    tlsr8258: Vec<u8>,
    running: Version,
}

/// What the device loses when it restarts.
struct Session {
    updater: Updater,
    now: Duration,
    slot: Slot,
    download: Option<(Installer<SharedFlash>, Vec<u8>)>,
}

/// The device starts again, because it was asked to or because the power failed.
struct Restarted;

impl Device {
    pub(super) fn new(server: Server, random: Rng) -> Self {
        let first = |chip| {
            let image = Image { chip, version: version(FIRST) };
            server.files[&image.to_string()].content.clone()
        };
        let slots = [(); 2].map(|()| Rc::new(RefCell::new(Flash::used(SLOT_SIZE))));
        let image = first(Chip::Esp32c3);
        slots[0].borrow_mut().bytes[..image.len()].copy_from_slice(&image);
        Self {
            keys: server.keys(),
            tlsr8258: first(Chip::Tlsr8258),
            server,
            random,
            is_bad: false,
            occurred: BTreeMap::new(),
            slots: slots.map(SharedFlash),
            records: Flash::used(2 * ERASE_SIZE),
            selected: Slot::Ota0,
            running: version(FIRST),
        }
    }

    pub(super) fn assert_has(&mut self, newest: Version) {
        let image = Image { chip: Chip::Tlsr8258, version: newest };
        assert_eq!(self.started_file().image.version, newest);
        assert_eq!(self.stored_record().floor, Some(newest));
        assert!(self.tlsr8258 == self.server.files[&image.to_string()].content);
    }

    /// Carries out so many actions.
    pub(super) fn run(&mut self, mut actions: usize) {
        while actions > 0 {
            let started = self.start();
            let mut session = self.new_session();
            while actions > 0 {
                actions -= 1;
                if started.is_good && !self.happens(80) {
                    session.updater.handle(Event::HubReached, session.now);
                }
                let Ok(event) = self.carry_out(&mut session) else { break };
                session.updater.handle(event, session.now);
            }
            self.repair();
        }
    }

    fn happens(&mut self, percent: u8) -> bool {
        self.is_bad && self.random.u8(..100) < percent
    }

    fn note(&mut self, occurrence: &'static str) {
        *self.occurred.entry(occurrence).or_insert(0) += 1;
    }

    fn stored_record(&mut self) -> Record {
        RecordStore::open(&mut self.records).unwrap().1
    }

    /// What the bootloader starts, which has to be exactly what was signed.
    fn started_file(&self) -> File {
        let flash = self.slots[index(self.selected)].0.borrow();
        let mut files = self.server.files.values();
        let file = files.find(|file| flash.bytes.starts_with(&file.content));
        file.unwrap_or_else(|| panic!("the slot does not contain what was signed")).clone()
    }

    fn start(&mut self) -> File {
        let file = self.started_file();
        assert_eq!(file.image.chip, Chip::Esp32c3);
        let started = file.image.version;
        let floor = self.stored_record().floor;
        assert!(Some(started) >= floor, "{started} is older than the confirmed {floor:?}");
        if started > self.running {
            assert!(file.min.is_none_or(|min| self.running >= min));
        } else if started < self.running {
            self.note("reverted");
        }
        self.running = started;
        file
    }

    fn new_session(&mut self) -> Session {
        let start = Start {
            running: self.running,
            slot: self.selected,
            slot_size: SLOT_SIZE.try_into().unwrap(),
            channel: Channel::Release,
            seed: self.random.u64(..),
        };
        let now = Duration::ZERO;
        let updater = Updater::new(start, self.stored_record(), now);
        Session { updater, now, slot: self.selected, download: None }
    }

    fn repair(&mut self) {
        self.records.bytes_until_power_cut = None;
        for slot in &self.slots {
            let mut flash = slot.0.borrow_mut();
            (flash.bytes_until_power_cut, flash.broken_byte) = (None, None);
        }
    }

    fn carry_out(&mut self, session: &mut Session) -> Result<Event, Restarted> {
        if self.happens(2) {
            self.note("power cut");
            return Err(Restarted);
        }
        let action = session.updater.action();
        let is_request =
            matches!(action, Action::AskLatestVersion { .. } | Action::FetchSignature { .. });
        if is_request && self.happens(10) {
            return Ok(Event::ConnectionLost { held: 0 });
        }
        Ok(match action {
            Action::WaitUntil(until) => {
                session.now = session.now.max(until);
                Event::TimeReached
            }
            Action::AskLatestVersion { .. } => Event::Latest(self.server.latest(&mut self.random)),
            Action::FetchSignature { image, expected } => {
                self.fetch_signature(image, &expected, session)
            }
            Action::FetchImage { offset, .. } => return self.fetch_image(offset, session),
            Action::Save(record) => return self.save(&record),
            Action::SelectSlot(_) if self.happens(10) => {
                self.note("slot not selected");
                Event::FlashFailed
            }
            Action::SelectSlot(slot) => {
                self.selected = slot;
                Event::Done
            }
            Action::MarkValid => Event::Done,
            Action::UpdateTlsr8258 { .. } if self.happens(30) => {
                self.note("Zigbee chip failed");
                Event::ChipFailed
            }
            Action::UpdateTlsr8258 { image, size } => {
                let staged = self.slots[index(session.slot.other())].0.borrow().bytes.clone();
                self.tlsr8258 = staged[..size as usize].to_vec();
                assert_eq!(image, Image { chip: Chip::Tlsr8258, version: self.running });
                assert!(self.tlsr8258 == self.server.files[&image.to_string()].content);
                Event::Done
            }
            Action::Restart => return Err(Restarted),
        })
    }

    fn fetch_signature(
        &mut self,
        image: Image,
        expected: &Expected,
        session: &mut Session,
    ) -> Event {
        let Some(file) = self.server.file(image, &mut self.random) else {
            self.note("not found");
            return Event::NotFound;
        };
        let power_cut = self.happens(10).then(|| self.random.usize(..2 * SLOT_SIZE));
        let broken = self.happens(10).then(|| self.random.usize(..SLOT_SIZE));
        let slot = self.slots[index(session.slot.other())].clone();
        slot.0.borrow_mut().bytes_until_power_cut = power_cut;
        slot.0.borrow_mut().broken_byte = broken;
        match Installer::begin(&self.keys, file.signature.as_bytes(), expected, slot) {
            Ok(installer) => {
                session.download = Some((installer, file.content));
                Event::SignatureAccepted
            }
            Err(refusal) => {
                self.note(name(refusal));
                Event::Refused(refusal)
            }
        }
    }

    fn fetch_image(&mut self, offset: u32, session: &mut Session) -> Result<Event, Restarted> {
        let (mut installer, content) = session.download.take().unwrap();
        assert_eq!(installer.held(), offset);
        let rest = content.get(offset as usize..).unwrap_or_default().to_vec();
        let mut result = Ok(());
        for chunk in rest.chunks(self.random.usize(1..400)) {
            if self.happens(5) {
                self.note("connection lost in an image");
                let held = installer.held();
                session.download = Some((installer, content));
                return Ok(Event::ConnectionLost { held });
            }
            result = installer.write(chunk);
            if result.is_err() {
                break;
            }
        }
        match result.and_then(|()| installer.finish()) {
            Ok(stored) => Ok(Event::Stored(stored)),
            Err(InstallError::Refused(refusal)) => {
                self.note(name(refusal));
                Ok(Event::Refused(refusal))
            }
            Err(InstallError::StoredOtherBytes { .. }) => {
                self.note("wrong bytes in flash memory");
                Ok(Event::FlashFailed)
            }
            Err(InstallError::Flash(FlashError::PowerCut)) => {
                self.note("power cut in an image");
                Err(Restarted)
            }
            Err(InstallError::Flash(error)) => panic!("{error:?}"),
        }
    }

    fn save(&mut self, record: &Record) -> Result<Event, Restarted> {
        self.records.bytes_until_power_cut =
            self.happens(10).then(|| self.random.usize(..2 * ERASE_SIZE));
        let mut store = RecordStore::open(&mut self.records).unwrap().0;
        if store.save(record).is_ok() {
            return Ok(Event::Done);
        }
        self.note("power cut in a record");
        Err(Restarted)
    }
}

const fn index(slot: Slot) -> usize {
    match slot {
        Slot::Ota0 => 0,
        Slot::Ota1 => 1,
    }
}

fn name(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::MalformedSignature(_) => "malformed signature file",
        Refusal::UnknownKey(_) => "unknown key",
        Refusal::CommentNotSigned => "comment not signed",
        Refusal::WrongTarget { .. } => "wrong target",
        Refusal::OtherVersion { .. } => "other version",
        Refusal::RunningTooOld { .. } => "running too old",
        Refusal::TooLong { .. } | Refusal::Truncated { .. } => "too long or truncated",
        Refusal::WrongSignature => "wrong signature",
        unexpected => panic!("{unexpected:?}"),
    }
}
