//! The published firmware releases and their files, from a directory or a blob container.

mod availability_change;
mod available;
mod cached;
mod digest;
mod error;
pub mod file_kind;
pub mod files;
mod inventory;
mod lookup;
pub mod manifest;
mod publish;
pub mod rollout;
mod rollout_file;
pub mod signing;
pub mod site;
pub mod storage;
mod version;

pub use availability_change::AvailabilityChange;
pub use available::{AvailableVersions, Channel};
use cached::CachedReleases;
pub use error::{ChangeError, ChangeRefusal, ReleasesError};
pub use inventory::{Availability, ManifestState, PublishedVersion, published_versions};
pub use publish::{KeyOrigin, Plan, Publication, PublishOutcome, Step, TrustedKeys};
use rollout::Group;
pub use rollout_file::{ChangeOutcome, read_rollout};
use storage::Storage;
pub use version::{InvalidVersion, ReleaseVersion};

/// The published releases; `None` if no location is configured.
#[derive(Clone, Debug)]
pub struct Releases(Option<CachedReleases>);

impl Releases {
    /// No location, so that nothing is published.
    #[must_use]
    pub const fn not_configured() -> Self {
        Self(None)
    }

    /// Releases in a storage.
    #[must_use]
    pub fn new(storage: Storage) -> Self {
        Self(Some(CachedReleases::new(storage)))
    }

    /// The newest version for a device, `None` if no version is available. The reply may be a minute
    /// old, and older while the location cannot be read.
    ///
    /// # Errors
    /// [`ReleasesError`] if the location could never be read. It has been logged already.
    pub async fn latest(
        &self,
        channel: Channel,
        group: Option<Group>,
    ) -> Result<Option<ReleaseVersion>, ReleasesError> {
        let Some(releases) = &self.0 else { return Ok(None) };
        Ok(releases.available().await?.newest(channel, group).cloned())
    }
}
