//! A published release in a directory, signed with a key of its own.

use std::fs;
use std::path::Path;

use minisign::{KeyPair, sign};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::seeded_random::SeededRandom;

pub(super) const VERSION: &str = "1.5.0";
pub(super) const MANIFEST: &str = "1.5.0/manifest.json";
pub(super) const FACTORY: &str = "1.5.0/esp32c3/factory.bin";

/// Not a multiple of four, to which ESP Web Tools pads an image.
const FACTORY_SIZE: usize = 250_003;

pub(super) struct Release {
    pub(super) factory: Vec<u8>,
    key: KeyPair,
}

impl Release {
    /// Writes a release into the root of a site.
    pub(super) fn publish(root: &Path) -> Self {
        let release = Self { factory: factory_image(), key: key_pair() };
        fs::create_dir_all(root.join(FACTORY).parent().unwrap()).unwrap();
        fs::write(root.join(FACTORY), &release.factory).unwrap();
        release.sign(root, FACTORY, "esp32c3-factory", VERSION);
        let manifest = manifest(&release.factory);
        fs::write(root.join(MANIFEST), manifest.to_string()).unwrap();
        release.sign(root, MANIFEST, "manifest", VERSION);
        let rollout = json!({
            "schema": 1, "keys": {"current": release.key.pk.to_base64()}, "rollout": {VERSION: 100},
        });
        fs::write(root.join("releases.json"), rollout.to_string()).unwrap();
        release
    }

    /// Writes the signature of a file that states this target and version.
    pub(super) fn sign(&self, root: &Path, file: &str, target: &str, version: &str) {
        sign_with(&self.key, root, file, target, version);
    }
}

/// The manifest of a release whose update image equals the image for a first installation.
fn manifest(factory: &[u8]) -> Value {
    let digest = Sha256::digest(factory);
    let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let (path, signature) = ("esp32c3/factory.bin", "esp32c3/factory.bin.minisig");
    json!({
        "name": "CloudSMETS", "version": VERSION, "date": "2026-11-20", "notes": "",
        "new_install_prompt_erase": true,
        "builds": [{
            "chipFamily": "ESP32-C3",
            "parts": [{
                "path": path, "offset": 0, "size": factory.len(), "sha256": sha256,
                "signature": signature,
            }],
            "ota": {
                "path": path, "size": factory.len(), "sha256": sha256, "md5": "",
                "signature": signature, "summary": "",
            },
        }],
    })
}

/// Signs a file with a key that no page knows.
pub(super) fn sign_with_other_key(root: &Path, file: &str, target: &str) {
    sign_with(&key_pair(), root, file, target, VERSION);
}

fn key_pair() -> KeyPair {
    KeyPair::generate_unencrypted_keypair().unwrap()
}

fn sign_with(key: &KeyPair, root: &Path, file: &str, target: &str, version: &str) {
    let bytes = fs::read(root.join(file)).unwrap();
    let comment = format!("version:{version} target:{target} size:{}", bytes.len());
    let signature = sign(None, &key.sk, bytes.as_slice(), Some(&comment), None).unwrap();
    fs::write(root.join(format!("{file}.minisig")), signature.to_string()).unwrap();
}

/// Bytes of an image that compress partly, like a program with padding.
fn factory_image() -> Vec<u8> {
    let mut random = SeededRandom(8);
    let mut image = vec![0xFF; FACTORY_SIZE];
    image[..FACTORY_SIZE / 2].fill_with(|| u8::try_from(random.below(256)).unwrap());
    image[0] = 0xE9;
    image
}
