//! The images of a release, and where they go.

use core::fmt;

use cloudsmets_protocol::release::{Target, Version};

/// A chip of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Chip {
    /// The chip that this crate runs on.
    Esp32c3,
    /// The Zigbee chip, which receives its image from the ESP32-C3.
    Tlsr8258,
}

impl Chip {
    /// The target of the chip's update images.
    #[must_use]
    pub const fn target(self) -> Target {
        match self {
            Self::Esp32c3 => Target::Esp32c3,
            Self::Tlsr8258 => Target::Tlsr8258,
        }
    }
}

/// An update image of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Image {
    /// The chip that the image is for.
    pub chip: Chip,
    /// The release that it belongs to.
    pub version: Version,
}

impl fmt::Display for Image {
    /// Writes the path of the image below the address of the releases, such as
    /// `1.5.0/esp32c3/cloudsmets.bin`. The signature file has the suffix `.minisig`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/cloudsmets.bin", self.version, self.chip.target())
    }
}

/// A slot of the flash memory for images of the ESP32-C3. The bootloader starts the selected slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The partition `ota_0`.
    Ota0,
    /// The partition `ota_1`.
    Ota1,
}

impl Slot {
    /// The slot that does not run if this one does. Images are written into it.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ota0 => Self::Ota1,
            Self::Ota1 => Self::Ota0,
        }
    }
}
