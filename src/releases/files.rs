//! The files of a release, relative to the folder of its version.

/// The manifest. A version exists once its manifest is published.
pub const MANIFEST: &str = "manifest.json";

/// All files, in the order in which they are published: the images, the signatures, and the manifest.
pub const FILES: [&str; 8] = [
    "esp32c3/cloudsmets.bin",
    "esp32c3/factory.bin",
    "tlsr8258/cloudsmets.bin",
    "esp32c3/cloudsmets.bin.minisig",
    "esp32c3/factory.bin.minisig",
    "tlsr8258/cloudsmets.bin.minisig",
    "manifest.json.minisig",
    MANIFEST,
];
