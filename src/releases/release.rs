//! The files of a release, and which of them are missing.

use super::ReleaseVersion;

/// The files of a complete release: a signed image for each device, and the manifest.
pub const FILES: [&str; 5] = [
    "esp32c3/cloudsmets.bin",
    "esp32c3/cloudsmets.bin.minisig",
    "tlsr8258/cloudsmets.bin",
    "tlsr8258/cloudsmets.bin.minisig",
    "manifest.json",
];

/// A version and the files of it that exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    pub version: ReleaseVersion,
    /// Sizes in bytes, in the order of [`FILES`]; `None` if the file is missing.
    sizes: [Option<u64>; FILES.len()],
}

impl Release {
    pub(super) const fn new(version: ReleaseVersion) -> Self {
        Self { version, sizes: [None; FILES.len()] }
    }

    /// Adds a file by its path within the release. Unknown files are ignored.
    pub(super) fn add(&mut self, path: &str, size: u64) {
        let entry = FILES.iter().zip(&mut self.sizes).find(|(file, _)| **file == path);
        if let Some((_, slot)) = entry {
            *slot = Some(size);
        }
    }

    /// The existing files, with their sizes in bytes.
    pub fn present(&self) -> impl Iterator<Item = (&'static str, u64)> {
        FILES.into_iter().zip(self.sizes).filter_map(|(file, size)| Some((file, size?)))
    }

    /// The missing files.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        FILES.into_iter().zip(self.sizes).filter(|(_, size)| size.is_none()).map(|(file, _)| file)
    }
}
