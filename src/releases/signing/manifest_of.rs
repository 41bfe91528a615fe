//! The manifest of a release's contents.

use md5::{Digest, Md5};

use super::contents::ReleaseContents;
use super::layout::{path, signature_path};
use crate::releases::digest::{sha256_hex, to_hex};
use crate::releases::manifest::{Build, Manifest, Ota, PRODUCT_NAME, Part};
use cloudsmets_protocol::release::Target;

/// The chips' names in ESP Web Tools, which ignores those that it does not know.
const ESP32C3_FAMILY: &str = "ESP32-C3";
const TLSR8258_FAMILY: &str = "TLSR8258";

/// The manifest of a release. The sizes of its images have been checked.
pub(super) fn manifest_of(contents: &ReleaseContents) -> Manifest {
    let factory = Part {
        path: path(Target::Esp32c3Factory).to_owned(),
        // It starts with the bootloader, which is at the start of the flash memory.
        offset: 0,
        size: size_of(&contents.factory),
        sha256: sha256_hex(&contents.factory),
        signature: signature_path(Target::Esp32c3Factory).to_owned(),
    };
    let esp32c3 = ota(Target::Esp32c3, &contents.esp32c3, &contents.notes);
    let tlsr8258 = ota(Target::Tlsr8258, &contents.tlsr8258, &contents.notes);
    Manifest {
        name: PRODUCT_NAME.to_owned(),
        version: contents.version.clone(),
        min: contents.min.clone(),
        date: contents.date,
        notes: contents.notes.clone(),
        new_install_prompt_erase: true,
        builds: vec![
            Build { chip_family: ESP32C3_FAMILY.to_owned(), parts: vec![factory], ota: esp32c3 },
            // The ESP32-C3 installs it, so there is nothing to install over USB.
            Build { chip_family: TLSR8258_FAMILY.to_owned(), parts: Vec::new(), ota: tlsr8258 },
        ],
    }
}

fn ota(target: Target, image: &[u8], notes: &str) -> Ota {
    Ota {
        path: path(target).to_owned(),
        size: size_of(image),
        sha256: sha256_hex(image),
        md5: to_hex(&Md5::digest(image)),
        signature: signature_path(target).to_owned(),
        summary: notes.to_owned(),
    }
}

/// The size of a file whose size has been checked.
pub(super) fn size_of(file: &[u8]) -> u32 {
    u32::try_from(file.len()).unwrap_or(u32::MAX)
}
