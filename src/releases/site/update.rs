//! Renders the site from the published releases and writes it next to them.

#[cfg(test)]
mod tests;

use super::packages::{self, Packages};
use super::state::{SiteState, SiteVersion};
use super::{SiteFile, assets, pages};
use crate::releases::files::MANIFEST;
use crate::releases::rollout::Rollout;
use crate::releases::storage::{CreateOutcome, Storage};
use crate::releases::{ReleaseVersion, ReleasesError, read_rollout};

/// The maximum number of times that the pages are rendered, if the releases keep changing.
const MAX_ATTEMPTS: usize = 20;

/// The reason why the site was not updated. The releases are not affected.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    #[error(transparent)]
    Storage(#[from] ReleasesError),
    #[error("a page cannot be rendered: {0}")]
    Template(#[from] askama::Error),
    #[error("{0} is published with other contents; delete it, and run the command again")]
    OtherContents(String),
    #[error("other programs changed the releases each time that the web site was rendered")]
    KeepsChanging,
}

/// What an update has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Updated {
    /// The number of files that were created or replaced.
    pub written: usize,
    /// Whether the packages of the installation page are published.
    pub has_packages: bool,
    /// Whether the installation page offers a version.
    pub can_install: bool,
}

/// The state of the storage, as far as the pages depend on it. Two equal snapshots give equal pages,
/// because the manifest of a version and the files of the packages never change.
#[derive(Debug, PartialEq, Eq)]
struct Snapshot {
    rollout: Rollout,
    /// The newest first.
    versions: Vec<ReleaseVersion>,
    has_packages: bool,
}

/// Updates the site. Publishes those of `packages` that are not published yet; without `packages`, the
/// installation page uses the published ones.
///
/// The releases may be changed by other programs at the same time. After the pages have been written,
/// the state is read again, and if it has changed, the pages are rendered again. So the program
/// that finishes last has read the newest state.
///
/// # Errors
/// [`SiteError`] if the storage cannot be read or written. Pages of an older state may remain.
pub async fn update(storage: &Storage, packages: Option<&Packages>) -> Result<Updated, SiteError> {
    let mut written = 0;
    let package_files = packages.into_iter().flat_map(Packages::files).cloned();
    for file in package_files.chain(assets::files()) {
        written += usize::from(create(storage, file).await?);
    }
    for _ in 0..MAX_ATTEMPTS {
        let snapshot = Snapshot::read(storage).await?;
        let state = snapshot.state(storage).await?;
        for page in pages(&state)? {
            written += usize::from(put_if_changed(storage, page).await?);
        }
        if Snapshot::read(storage).await? == snapshot {
            let can_install = state.installable().is_some();
            return Ok(Updated { written, has_packages: state.has_packages, can_install });
        }
    }
    Err(SiteError::KeepsChanging)
}

impl Snapshot {
    async fn read(storage: &Storage) -> Result<Self, ReleasesError> {
        // The listing comes first: a version that is rolled out later than it was listed is missing
        // from this snapshot, and the next one differs.
        let names: Vec<_> = storage.list("").await?.into_iter().map(|entry| entry.name).collect();
        let version = |name: &String| match name.split_once('/') {
            Some((folder, MANIFEST)) => folder.parse().ok(),
            _ => None,
        };
        let mut versions: Vec<ReleaseVersion> = names.iter().filter_map(version).collect();
        versions.sort_unstable_by(|one, other| other.cmp(one));
        Ok(Self {
            rollout: read_rollout(storage).await?,
            versions,
            has_packages: packages::are_published(names.iter().map(String::as_str)),
        })
    }

    /// Reads the manifests.
    async fn state(&self, storage: &Storage) -> Result<SiteState, ReleasesError> {
        let mut versions = Vec::new();
        for version in &self.versions {
            // A manifest that has disappeared since the listing is like one that cannot be read.
            let manifest = storage.read(&format!("{version}/{MANIFEST}")).await?;
            let bytes = manifest.map(|stored| stored.bytes).unwrap_or_default();
            versions.push(SiteVersion::new(version.clone(), &bytes));
        }
        let rollout = self.rollout.clone();
        Ok(SiteState { rollout, versions, has_packages: self.has_packages })
    }
}

/// Creates a file whose contents never change. Returns whether it did not exist.
async fn create(storage: &Storage, file: SiteFile) -> Result<bool, SiteError> {
    match storage.create(&file.name, file.bytes.clone()).await? {
        CreateOutcome::Created => Ok(true),
        CreateOutcome::AlreadyExists => match storage.read(&file.name).await? {
            Some(published) if published.bytes == file.bytes => Ok(false),
            _ => Err(SiteError::OtherContents(file.name)),
        },
    }
}

/// Writes a page. Returns whether it was different.
async fn put_if_changed(storage: &Storage, page: SiteFile) -> Result<bool, ReleasesError> {
    let published = storage.read(&page.name).await?;
    if published.is_some_and(|published| published.bytes == page.bytes) {
        return Ok(false);
    }
    storage.put(&page.name, page.bytes).await?;
    Ok(true)
}
