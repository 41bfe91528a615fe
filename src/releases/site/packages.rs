//! The third-party packages that the installation page loads.
//!
//! `cargo xtask site` fetches them and writes the list of their digests, which is compiled into the
//! program. The program therefore knows every file that it publishes and links, and neither a changed
//! package nor a folder made by another version is published.

use std::sync::LazyLock;

/// In the format of `sha256sum`, with paths relative to `assets`.
const DIGESTS: &str = include_str!("../../../assets/site/packages.sha256");

/// A file of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackageFile {
    /// The path below the folder that `cargo xtask site` makes, and below `assets`.
    pub(super) path: &'static str,
    pub(super) sha256: &'static str,
}

impl PackageFile {
    /// The name in the storage.
    pub(super) fn name(&self) -> String {
        format!("assets/{}", self.path)
    }
}

/// All files of the packages.
pub(super) static FILES: LazyLock<Vec<PackageFile>> = LazyLock::new(|| {
    let lines = DIGESTS.lines().filter_map(|line| line.split_once("  "));
    lines.map(|(sha256, path)| PackageFile { path, sha256 }).collect()
});

/// The link to the licences of the packages, relative to the root of the site.
pub(super) fn notices() -> String {
    let is_notices = |file: &&PackageFile| file.path.starts_with("notices-");
    FILES.iter().find(is_notices).map(PackageFile::name).unwrap_or_default()
}
