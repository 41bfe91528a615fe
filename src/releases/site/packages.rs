//! The third-party packages that the installation page loads.
//!
//! `cargo xtask site` fetches them. The list of their digests is compiled into the program, so the
//! program knows every file that it publishes and links: a changed package is not published.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::SiteFile;
use crate::releases::digest::sha256_hex;

/// In the format of `sha256sum`, with paths relative to `assets`.
const DIGESTS: &str = include_str!("../../../assets/site/packages.sha256");

/// The file with the licences of the packages. A digest follows.
const NOTICES_PREFIX: &str = "notices-";

static EXPECTED: LazyLock<Vec<ExpectedFile>> = LazyLock::new(|| {
    let lines = DIGESTS.lines().filter_map(|line| line.split_once("  "));
    lines.map(|(sha256, path)| ExpectedFile { path, sha256 }).collect()
});

struct ExpectedFile {
    /// The path below the folder that `cargo xtask site` makes, and below `assets`.
    path: &'static str,
    sha256: &'static str,
}

impl ExpectedFile {
    /// The name in the storage.
    fn name(&self) -> String {
        format!("assets/{}", self.path)
    }

    fn read(&self, folder: &Path) -> Result<SiteFile, PackagesError> {
        let path = folder.join(self.path);
        match std::fs::read(&path) {
            Err(error) => Err(PackagesError::Unreadable { path, error }),
            Ok(bytes) if sha256_hex(&bytes) != self.sha256 => Err(PackagesError::Changed { path }),
            Ok(bytes) => Ok(SiteFile { name: self.name(), bytes: bytes.into() }),
        }
    }
}

/// The files of the packages, which are exactly those that this program expects.
#[derive(Clone, Debug)]
pub struct Packages(Vec<SiteFile>);

/// The reason why a folder does not contain the packages.
#[derive(Debug, thiserror::Error)]
pub enum PackagesError {
    #[error("{} cannot be read: {error}; make the folder with `cargo xtask site`", path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error(
        "{} is not the file that this version of the program expects; make the folder again with \
         `cargo xtask site`",
        path.display()
    )]
    Changed { path: PathBuf },
}

impl Packages {
    /// Reads the folder that `cargo xtask site` makes.
    ///
    /// # Errors
    /// [`PackagesError`] if a file is missing or different.
    pub fn read(folder: &Path) -> Result<Self, PackagesError> {
        EXPECTED.iter().map(|file| file.read(folder)).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn files(&self) -> &[SiteFile] {
        &self.0
    }

    /// Files with the right names and other contents.
    #[cfg(test)]
    pub(super) fn sample(contents: &'static str) -> Self {
        let file =
            |file: &ExpectedFile| SiteFile { name: file.name(), bytes: contents.as_bytes().into() };
        Self(EXPECTED.iter().map(file).collect())
    }
}

/// Whether the names of the published files contain all files of the packages. A file that exists is
/// complete and never changes.
pub(super) fn are_published<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let names: HashSet<_> = names.collect();
    EXPECTED.iter().all(|file| names.contains(file.name().as_str()))
}

/// The link to the licences of the packages, relative to the root of the site.
pub(super) fn notices() -> String {
    let is_notices = |file: &&ExpectedFile| file.path.starts_with(NOTICES_PREFIX);
    EXPECTED.iter().find(is_notices).map(ExpectedFile::name).unwrap_or_default()
}
