//! The manifest of a release, `<version>/manifest.json`.
//!
//! One file serves this project's devices, ESP Web Tools (`builds[].chipFamily`, `builds[].parts[]`) and
//! updaters in the style of ESPHome (`builds[].ota`). Each ignores the members of the others.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ReleaseVersion;

/// The name by which ESP Web Tools recognizes the firmware of a connected device.
pub const PRODUCT_NAME: &str = "CloudSMETS";

/// What a release consists of. Paths are relative to the folder of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub name: String,
    pub version: ReleaseVersion,
    /// The oldest running version that may install this release directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<ReleaseVersion>,
    /// The day on which the release was signed, in UTC.
    pub date: Date,
    /// Plain text.
    #[serde(default)]
    pub notes: String,
    /// Lets ESP Web Tools ask whether to erase the device; otherwise it always erases.
    pub new_install_prompt_erase: bool,
    pub builds: Vec<Build>,
}

/// The files for one chip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// The chip's name in ESP Web Tools, such as `ESP32-C3`.
    #[serde(rename = "chipFamily")]
    pub chip_family: String,
    /// The files of a first installation over USB.
    pub parts: Vec<Part>,
    /// The update image.
    pub ota: Ota,
}

/// A file that is written to the flash memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub path: String,
    /// The address in flash memory.
    pub offset: u32,
    /// In bytes.
    pub size: u32,
    /// The SHA-256 digest in lower-case hexadecimal.
    pub sha256: String,
    /// The path of the signature file.
    pub signature: String,
}

/// An image for an update over the air.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ota {
    pub path: String,
    /// In bytes.
    pub size: u32,
    /// The SHA-256 digest in lower-case hexadecimal.
    pub sha256: String,
    /// The MD5 digest in lower-case hexadecimal, which updaters in the style of ESPHome require. It
    /// only detects transmission errors.
    pub md5: String,
    /// The path of the signature file.
    pub signature: String,
    /// The notes, under the name that ESPHome reads.
    pub summary: String,
}
