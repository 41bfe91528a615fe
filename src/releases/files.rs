//! The files of a release, relative to the folder of its version.

use cloudsmets_protocol::release::Target;

use super::signing::{path, signature_path};

/// The manifest. A version exists once its manifest is published.
pub const MANIFEST: &str = path(Target::Manifest);

/// All files, in the order in which they are published: the images, the signatures, and the manifest.
pub const FILES: [&str; 8] = [
    path(Target::Esp32c3),
    path(Target::Esp32c3Factory),
    path(Target::Tlsr8258),
    signature_path(Target::Esp32c3),
    signature_path(Target::Esp32c3Factory),
    signature_path(Target::Tlsr8258),
    signature_path(Target::Manifest),
    MANIFEST,
];
