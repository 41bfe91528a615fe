//! The files of a version that a person can download.

use cloudsmets_protocol::release::Target;

use super::state::PublishedManifest;
use crate::releases::manifest::Manifest;
use crate::releases::signing::path;

/// A signed file of a version. The names are those under which a browser saves the file and its
/// signature, because several files of a version have the same name in the storage.
#[derive(Clone, Debug)]
pub(super) struct Download {
    pub(super) target: Target,
    pub(super) title: &'static str,
    /// Relative to the root of the site.
    pub(super) href: String,
    pub(super) file_name: String,
    /// In bytes.
    pub(super) size: u64,
    pub(super) sha256: String,
}

impl Download {
    /// The files that the manifest describes, and the manifest itself. Only the known paths are linked,
    /// whatever else the manifest contains.
    pub(super) fn all(published: &PublishedManifest) -> Vec<Self> {
        let version = &published.manifest.version;
        let described = |target: Target| match target {
            Target::Manifest => {
                Some((u64::try_from(published.size).ok()?, published.sha256.clone()))
            }
            _ => find(&published.manifest, path(target)),
        };
        let download = |target: Target| {
            let (size, sha256) = described(target)?;
            Some(Self {
                target,
                title: title(target),
                href: format!("{version}/{}", path(target)),
                file_name: format!("cloudsmets-{version}-{}", suffix(target)),
                size,
                sha256,
            })
        };
        Target::ALL.into_iter().filter_map(download).collect()
    }

    /// The size for people: `1.2 MB`.
    pub(super) fn short_size(&self) -> String {
        match self.size {
            bytes @ ..1_000 => format!("{bytes} bytes"),
            bytes @ ..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
            bytes => {
                let tenths = bytes.div_ceil(100_000);
                format!("{}.{} MB", tenths / 10, tenths % 10)
            }
        }
    }
}

/// The size and the digest of a file in a manifest.
fn find(manifest: &Manifest, path: &str) -> Option<(u64, String)> {
    let parts = manifest.builds.iter().flat_map(|build| &build.parts);
    let parts = parts.map(|part| (&part.path, part.size, &part.sha256));
    let images = manifest.builds.iter().map(|it| (&it.ota.path, it.ota.size, &it.ota.sha256));
    let mut files = parts.chain(images);
    let (_, size, sha256) = files.find(|(found, ..)| *found == path)?;
    Some((size.into(), sha256.clone()))
}

const fn suffix(target: Target) -> &'static str {
    match target {
        Target::Esp32c3 => "esp32c3.bin",
        Target::Esp32c3Factory => "esp32c3-factory.bin",
        Target::Tlsr8258 => "tlsr8258.bin",
        Target::Manifest => "manifest.json",
    }
}

const fn title(target: Target) -> &'static str {
    match target {
        Target::Esp32c3 => "Update of the ESP32-C3",
        Target::Esp32c3Factory => "First installation of the ESP32-C3",
        Target::Tlsr8258 => "Update of the TLSR8258",
        Target::Manifest => "Manifest",
    }
}
