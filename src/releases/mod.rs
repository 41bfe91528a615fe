//! Firmware releases: which versions there are, and which images of each. A
//! closed enum with static dispatch. Imports `firmware/protocol` and, for a
//! container, `azure` and its client library; never `config` or `http`.

#[cfg(feature = "azure")]
mod cached;
#[cfg(feature = "azure")]
mod container;
mod directory;
mod newest;
mod release;

use std::path::PathBuf;
#[cfg(feature = "azure")]
use std::sync::Arc;

use cloudsmets_protocol::release::Version;

#[cfg(feature = "azure")]
use crate::azure::TokenCredential;
#[cfg(feature = "azure")]
use cached::CachedContainer;
#[cfg(feature = "azure")]
use container::Container;
pub use newest::NewestVersions;
pub use release::{FILES, Release};

/// Where releases are.
#[derive(Clone, Debug)]
pub struct Releases(Location);

#[derive(Clone, Debug)]
enum Location {
    NotConfigured,
    Directory(PathBuf),
    #[cfg(feature = "azure")]
    Container(CachedContainer),
}

/// A place of releases that cannot be read. What it says holds no secret.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the releases in {location} cannot be read: {reason}")]
pub struct ReleasesError {
    location: String,
    reason: String,
}

impl Releases {
    /// None at all.
    #[must_use]
    pub const fn not_configured() -> Self {
        Self(Location::NotConfigured)
    }

    /// Releases in a directory: one folder a version.
    #[must_use]
    pub const fn directory(directory: PathBuf) -> Self {
        Self(Location::Directory(directory))
    }

    /// Releases in a blob container, whose address brings its own signature
    /// unless there is a credential. Asks nobody yet.
    ///
    /// # Errors
    /// [`ReleasesError`] when the address cannot be one of a container.
    #[cfg(feature = "azure")]
    pub fn container(
        address: &str,
        location: String,
        credential: Option<Arc<dyn TokenCredential>>,
    ) -> Result<Self, ReleasesError> {
        let container = Container::new(address, location, credential)?;
        Ok(Self(Location::Container(CachedContainer::new(container))))
    }

    /// The newest version, `None` when nothing is published. A container's
    /// answer may be a minute old, and older while it cannot be read.
    ///
    /// # Errors
    /// [`ReleasesError`] when the place cannot be read; the log has it already.
    pub async fn latest(&self, include_dev: bool) -> Result<Option<Version>, ReleasesError> {
        let newest = match &self.0 {
            Location::NotConfigured => NewestVersions::default(),
            Location::Directory(directory) => {
                let newest = directory::newest(directory.clone()).await;
                newest
                    .inspect_err(|error| tracing::error!(error = %error, "no releases are known"))?
            }
            #[cfg(feature = "azure")]
            Location::Container(container) => container.newest().await?,
        };
        Ok(newest.version(include_dev))
    }

    /// Every release with the files that it has, the newest first. Always asks the place.
    ///
    /// # Errors
    /// [`ReleasesError`] when the place cannot be read.
    pub async fn all(&self) -> Result<Vec<Release>, ReleasesError> {
        match &self.0 {
            Location::NotConfigured => Ok(Vec::new()),
            Location::Directory(directory) => directory::all(directory.clone()).await,
            #[cfg(feature = "azure")]
            Location::Container(container) => container.all().await,
        }
    }
}
