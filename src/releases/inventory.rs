//! The published versions with their files and their roll-out, as the operator lists them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use futures::{StreamExt, TryStreamExt};
use jiff::civil::Date;

use super::files::{FILES, MANIFEST};
use super::manifest::Manifest;
use super::rollout::{Percent, Rollout};
use super::rollout_file::read_rollout;
use super::storage::{Entry, Storage};
use super::{ReleaseVersion, ReleasesError};

/// The number of manifests that are read at the same time.
const CONCURRENT_READS: usize = 8;

/// A version of which at least one file is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedVersion {
    pub version: ReleaseVersion,
    /// Sizes in bytes, in the order of [`FILES`]; `None` if the file is missing.
    sizes: [Option<u64>; FILES.len()],
    pub availability: Availability,
    pub manifest: ManifestState,
}

/// Which devices may install a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    Withdrawn,
    Percent(Percent),
}

/// The state of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManifestState {
    /// The version is not published.
    Missing,
    /// The file is not a manifest, or it is the manifest of another version.
    Invalid,
    Valid {
        date: Date,
    },
}

impl PublishedVersion {
    fn new(version: ReleaseVersion, rollout: &Rollout) -> Self {
        let availability = if rollout.withdrawn.contains(&version) {
            Availability::Withdrawn
        } else {
            Availability::Percent(rollout.percent(&version))
        };
        let sizes = [None; FILES.len()];
        Self { version, sizes, availability, manifest: ManifestState::Missing }
    }

    /// The files, with their sizes in bytes; `None` if the file is missing.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, Option<u64>)> {
        FILES.into_iter().zip(self.sizes)
    }

    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.sizes.iter().all(Option::is_some)
    }

    /// Whether the manifest is published, so that the version exists.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.files().any(|(file, size)| file == MANIFEST && size.is_some())
    }
}

/// Groups the files by version, the newest version first. Other files are ignored.
fn group_by_version(entries: &[Entry], rollout: &Rollout) -> Vec<PublishedVersion> {
    let mut versions = BTreeMap::new();
    for entry in entries {
        let Some((folder, file)) = entry.name.split_once('/') else { continue };
        let Ok(version) = folder.parse::<ReleaseVersion>() else { continue };
        let published = versions
            .entry(Reverse(version.clone()))
            .or_insert_with(|| PublishedVersion::new(version, rollout));
        let slot = FILES.iter().zip(&mut published.sizes).find(|(known, _)| **known == file);
        if let Some((_, slot)) = slot {
            *slot = Some(entry.size);
        }
    }
    versions.into_values().collect()
}

/// Lists the versions, the newest first.
///
/// # Errors
/// [`ReleasesError`] if the location cannot be read.
pub async fn published_versions(storage: &Storage) -> Result<Vec<PublishedVersion>, ReleasesError> {
    let rollout = read_rollout(storage).await?;
    let versions = group_by_version(&storage.list("").await?, &rollout);
    let reads = futures::stream::iter(versions).map(|mut published| async move {
        if published.exists() {
            published.manifest = read_manifest(storage, &published.version).await?;
        }
        Ok(published)
    });
    reads.buffered(CONCURRENT_READS).try_collect().await
}

async fn read_manifest(
    storage: &Storage,
    version: &ReleaseVersion,
) -> Result<ManifestState, ReleasesError> {
    let Some(file) = storage.read(&format!("{version}/{MANIFEST}")).await? else {
        return Ok(ManifestState::Missing);
    };
    let manifest = serde_json::from_slice::<Manifest>(&file.bytes).ok();
    let date = manifest.filter(|manifest| manifest.version == *version).map(|read| read.date);
    Ok(date.map_or(ManifestState::Invalid, |date| ManifestState::Valid { date }))
}
