//! The server that the simulated device downloads from.

use std::collections::BTreeMap;

use cloudsmets_protocol::release::{TrustedComment, Version};
use cloudsmets_update::KeyRing;
use cloudsmets_update::updater::{Chip, Image};
use fastrand::Rng;

use super::device::SLOT_SIZE;
use crate::signer::{Signer, version};

/// The version that the device has at first.
pub(super) const FIRST: &str = "1.0.0";

/// The releases, which are all signed, and a server that can replace and alter their files.
pub(super) struct Server {
    signer: Signer,
    attacker: Signer,
    pub(super) files: BTreeMap<String, File>,
    latest: Version,
    pub(super) is_honest: bool,
}

#[derive(Clone)]
pub(super) struct File {
    pub(super) image: Image,
    pub(super) content: Vec<u8>,
    pub(super) signature: String,
    pub(super) min: Option<Version>,
    /// Whether this version can reach the hub.
    pub(super) is_good: bool,
}

impl Server {
    pub(super) fn new(random: &mut Rng) -> Self {
        let mut server = Self {
            signer: Signer::new(),
            attacker: Signer::new(),
            files: BTreeMap::new(),
            latest: version(FIRST),
            is_honest: true,
        };
        server.publish(version(FIRST), true, None, random);
        server
    }

    pub(super) fn keys(&self) -> KeyRing {
        self.signer.key_ring()
    }

    pub(super) fn publish(
        &mut self,
        at: Version,
        is_good: bool,
        min: Option<Version>,
        random: &mut Rng,
    ) {
        for chip in [Chip::Esp32c3, Chip::Tlsr8258] {
            let image = Image { chip, version: at };
            let mut content = image.to_string().into_bytes();
            let size = random.usize(content.len()..=SLOT_SIZE);
            content.resize_with(size, || random.u8(..));
            let size = size.try_into().unwrap();
            let comment = TrustedComment { version: at, target: chip.target(), size, min };
            let signature = self.signer.sign(&content, &comment.to_string());
            let file = File { image, content, signature, min, is_good };
            self.files.insert(image.to_string(), file);
        }
        self.latest = at;
    }

    /// The version that the server names, which may be any if it is not honest.
    pub(super) fn latest(&self, random: &mut Rng) -> Option<Version> {
        if self.is_honest || random.bool() {
            return Some(self.latest);
        }
        let invented = version("9.0.0");
        let published = self.files.values().map(|file| file.image.version);
        random.choice(published.chain([invented]).collect::<Vec<_>>())
    }

    /// The file that the server sends, which may be another or an altered one if it is not honest.
    pub(super) fn file(&self, image: Image, random: &mut Rng) -> Option<File> {
        let file = self.files.get(&image.to_string());
        if self.is_honest || random.u8(..10) < 7 {
            return file.cloned();
        }
        let other = random.choice(self.files.values().collect::<Vec<_>>())?.clone();
        let mut file = file.unwrap_or(&other).clone();
        match random.u8(..8) {
            0 => return None,
            1 => return Some(other),
            2 => file.content = other.content,
            3 => {
                let size = file.content.len();
                let comment = format!("version:{} target:esp32c3 size:{size}", image.version);
                file.signature = self.attacker.sign(&file.content, &comment);
            }
            4 => {
                let at = random.usize(..file.content.len());
                file.content[at] ^= 1 << random.u8(..8);
            }
            5 => file.signature = file.signature.replace("version:1.", "version:2."),
            6 => file.content.resize(random.usize(..SLOT_SIZE), 0),
            _ => file.signature = "<html>Sign in to the network</html>".to_owned(),
        }
        Some(file)
    }
}
