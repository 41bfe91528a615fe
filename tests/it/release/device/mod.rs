//! A simulated device that updates itself over HTTP from what the program has published and serves. The
//! device's own crate decides; only its memory, its bootloader and its Zigbee chip are simulated.

#[path = "../../../../firmware/update/tests/it/flash.rs"]
mod flash;

mod client;
mod cutting_proxy;

use std::time::Duration;

use cloudsmets_protocol::release::Version;
use cloudsmets_update::updater::{Action, Channel, Event, Image, Record, Slot, Start, Updater};
use cloudsmets_update::{Expected, InstallError, Installer, KeyRing};
use tempfile::TempDir;

use super::folder::{Contents, TestKey, release_command};
use crate::host::StandAlone;
use crate::seeded_random::SeededRandom;
use client::Download;
use cutting_proxy::CuttingProxy;
use flash::{Flash, SharedFlash};

const SLOT_SIZE: usize = 0x1E_0000;

/// More than an update takes, even if every connection is lost.
const MAX_ACTIONS: usize = 200;

struct Device {
    port: u16,
    keys: KeyRing,
    running: Version,
    slot: Slot,
    slots: [SharedFlash; 2],
    record: Record,
    tlsr8258: Vec<u8>,
    lost_connections: usize,
}

impl Device {
    fn new(port: u16, running: &str) -> Self {
        let slot = || SharedFlash(std::rc::Rc::new(Flash::used(SLOT_SIZE).into()));
        let key = std::fs::read_to_string(TestKey::Current.public_file()).unwrap();
        Self {
            port,
            keys: KeyRing::new(key.parse().unwrap(), None),
            running: running.parse().unwrap(),
            slot: Slot::Ota0,
            slots: [slot(), slot()],
            record: Record::default(),
            tlsr8258: Vec::new(),
            lost_connections: 0,
        }
    }

    fn slot(&self, slot: Slot) -> &SharedFlash {
        &self.slots[usize::from(slot == Slot::Ota1)]
    }

    /// Runs until the device waits for its next daily check and both chips have the version.
    fn run_until_updated_to(&mut self, version: Version) {
        let mut actions = 0;
        let mut updater = self.start();
        let mut download = None;
        let mut now = Duration::ZERO;
        while self.record.floor != Some(version) || self.record.tlsr8258 != Some(version) {
            actions += 1;
            assert!(actions < MAX_ACTIONS, "{:?}, {:?}", updater.action(), updater.last_refusal());
            if self.running == version {
                updater.handle(Event::HubReached, now);
            }
            let event = match updater.action() {
                Action::WaitUntil(until) => {
                    now = now.max(until);
                    Event::TimeReached
                }
                Action::AskLatestVersion { group, channel } => self.ask(group, channel),
                Action::FetchSignature { image, expected } => {
                    download = self.begin(image, &expected);
                    if download.is_some() { Event::SignatureAccepted } else { Event::NotFound }
                }
                Action::FetchImage { image, offset } => {
                    self.continue_download(image, offset, &mut download)
                }
                Action::Save(record) => {
                    self.record = record;
                    Event::Done
                }
                Action::SelectSlot(slot) => {
                    // The bootloader starts what the image contains.
                    self.slot = slot;
                    self.running = version;
                    Event::Done
                }
                Action::MarkValid => Event::Done,
                Action::UpdateTlsr8258 { size, .. } => {
                    let staged = self.slot(self.slot.other()).0.borrow().bytes.clone();
                    self.tlsr8258 = staged[..size as usize].to_vec();
                    Event::Done
                }
                Action::Restart => {
                    (updater, now) = (self.start(), Duration::ZERO);
                    continue;
                }
            };
            updater.handle(event, now);
        }
    }

    fn start(&self) -> Updater {
        let start = Start {
            running: self.running,
            slot: self.slot,
            slot_size: SLOT_SIZE.try_into().unwrap(),
            channel: Channel::Release,
            seed: 42,
        };
        Updater::new(start, self.record, Duration::ZERO)
    }

    fn ask(&self, group: u8, channel: Channel) -> Event {
        assert_eq!(channel, Channel::Release);
        let reply = client::get(self.port, &format!("/latest-version?group={group}"), 0);
        assert_eq!(reply.status, 200);
        Event::Latest(Some(String::from_utf8(reply.body).unwrap().parse().unwrap()))
    }

    /// Downloads the signature file; `None` if the server does not have it.
    fn begin(&self, image: Image, expected: &Expected) -> Option<Installer<SharedFlash>> {
        let file = client::get(self.port, &format!("/firmware/{image}.minisig"), 0);
        if file.status == 404 {
            return None;
        }
        let flash = self.slot(self.slot.other()).clone();
        Some(Installer::begin(&self.keys, &file.body, expected, flash).unwrap())
    }

    fn continue_download(
        &mut self,
        image: Image,
        offset: u32,
        download: &mut Option<Installer<SharedFlash>>,
    ) -> Event {
        let mut installer = download.take().unwrap();
        assert_eq!(installer.held(), offset);
        let Download { status, body } =
            client::get(self.port, &format!("/firmware/{image}"), offset);
        // A connection can be lost before the status line arrives.
        assert!([0, 200, 206].contains(&status), "{status}");
        assert!(body.is_empty() || (status == 206) == (offset > 0), "{status} at {offset}");
        for chunk in body.chunks(1_000) {
            installer.write(chunk).unwrap();
        }
        if !installer.is_complete() {
            self.lost_connections += 1;
            let held = installer.held();
            *download = Some(installer);
            return Event::ConnectionLost { held };
        }
        match installer.finish() {
            Ok(stored) => Event::Stored(stored),
            Err(InstallError::Refused(refusal)) => Event::Refused(refusal),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_device_installs_a_published_release_over_a_connection_that_is_cut_ten_times() {
    let (releases, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut random = SeededRandom(8);
    let mut contents = Contents::new("1.5.0");
    contents.min_version = Some("1.4.0".to_owned());
    contents.esp32c3.extend((0..1_234_567).map(|_| random.below(256) as u8));
    contents.tlsr8258.extend((0..180_000).map(|_| random.below(256) as u8));
    let folder = contents.sign();
    let url = format!("file://{}", releases.path().display());
    let published =
        release_command("publish", &[folder.path().to_str().unwrap()], &[("RELEASES_URL", &url)]);
    assert!(published.status.success(), "{}", String::from_utf8_lossy(&published.stderr));
    let server = StandAlone::start(data.path(), &[("RELEASES_URL", &url)]);

    // The first cuts are within the head of the reply.
    let mut cuts = vec![0, 40];
    cuts.extend((0..8).map(|_| 1_000 + random.below(150_000)));
    let proxy = CuttingProxy::start(server.port, ".bin ", cuts.clone());
    let mut device = Device::new(proxy.port(), "1.4.0");
    device.run_until_updated_to("1.5.0".parse().unwrap());

    assert_eq!(device.lost_connections, cuts.len());
    let installed = device.slot(device.slot).0.borrow();
    assert!(installed.bytes.starts_with(&folder.read("esp32c3/cloudsmets.bin")));
    assert!(device.tlsr8258 == folder.read("tlsr8258/cloudsmets.bin"));
}
