//! Looks up the available versions in the storage.

use super::files::MANIFEST;
use super::storage::{Entry, Storage};
use super::{AvailableVersions, ReleaseVersion, ReleasesError, read_rollout};

/// # Errors
/// [`ReleasesError`] if the storage cannot be read or `releases.json` is not valid.
pub(super) async fn available_versions(
    storage: &Storage,
) -> Result<AvailableVersions, ReleasesError> {
    // A publication writes the percentage before the manifest, so the percentage of every listed
    // version is found if `releases.json` is read after the listing.
    let entries = storage.list("").await?;
    let rollout = read_rollout(storage).await?;
    let existing = entries.iter().filter_map(existing_version).collect();
    Ok(AvailableVersions::new(existing, &rollout))
}

/// The version whose manifest this is.
fn existing_version(entry: &Entry) -> Option<ReleaseVersion> {
    let (folder, file) = entry.name.split_once('/')?;
    folder.parse().ok().filter(|_| file == MANIFEST)
}
