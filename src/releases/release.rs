//! What belongs to a release, and whether all of it is there.

use cloudsmets_protocol::release::Version;

/// The files of a complete release: a signed image for each device, and what
/// describes them.
pub const FILES: [&str; 5] = [
    "esp32c3/cloudsmets.bin",
    "esp32c3/cloudsmets.bin.minisig",
    "tlsr8258/cloudsmets.bin",
    "tlsr8258/cloudsmets.bin.minisig",
    "manifest.json",
];

/// A version and which of its files are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The version.
    pub version: Version,
    /// Sizes in bytes, in the order of [`FILES`].
    sizes: [Option<u64>; FILES.len()],
}

impl Release {
    pub(super) const fn new(version: Version) -> Self {
        Self { version, sizes: [None; FILES.len()] }
    }

    /// Takes in a file by its path inside the release; one that belongs to no
    /// release is ignored.
    pub(super) fn add(&mut self, path: &str, size: u64) {
        let entry = FILES.iter().zip(&mut self.sizes).find(|(file, _)| **file == path);
        if let Some((_, slot)) = entry {
            *slot = Some(size);
        }
    }

    /// The files that are there, with their sizes in bytes.
    pub fn present(&self) -> impl Iterator<Item = (&'static str, u64)> {
        FILES.into_iter().zip(self.sizes).filter_map(|(file, size)| Some((file, size?)))
    }

    /// The files that are not there.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        FILES.into_iter().zip(self.sizes).filter(|(_, size)| size.is_none()).map(|(file, _)| file)
    }
}
