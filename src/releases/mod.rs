//! The published firmware releases and their files, from a directory or a blob container.

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

/// The location of the releases.
#[derive(Clone, Debug)]
pub struct Releases(Location);

#[derive(Clone, Debug)]
enum Location {
    NotConfigured,
    Directory(PathBuf),
    #[cfg(feature = "azure")]
    Container(CachedContainer),
}

/// The location of the releases cannot be read. The message contains no secrets.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the releases in {location} cannot be read: {reason}")]
pub struct ReleasesError {
    location: String,
    reason: String,
}

impl Releases {
    /// No location, so that nothing is published.
    #[must_use]
    pub const fn not_configured() -> Self {
        Self(Location::NotConfigured)
    }

    /// Releases in a directory, which has one folder for each version.
    #[must_use]
    pub const fn directory(directory: PathBuf) -> Self {
        Self(Location::Directory(directory))
    }

    /// Releases in a blob container. Without a credential the address has to contain a shared access
    /// signature. Does no I/O.
    ///
    /// # Errors
    /// [`ReleasesError`] if the address is not the address of a container.
    #[cfg(feature = "azure")]
    pub fn container(
        address: &str,
        location: String,
        credential: Option<Arc<dyn TokenCredential>>,
    ) -> Result<Self, ReleasesError> {
        let container = Container::new(address, location, credential)?;
        Ok(Self(Location::Container(CachedContainer::new(container))))
    }

    /// The newest version, `None` if nothing is published. The reply may be a minute old, and older
    /// while the location cannot be read.
    ///
    /// # Errors
    /// [`ReleasesError`] if the location could never be read. It has been logged already.
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

    /// All releases with their files, the newest first. The cache is not used.
    ///
    /// # Errors
    /// [`ReleasesError`] if the location cannot be read.
    pub async fn all(&self) -> Result<Vec<Release>, ReleasesError> {
        match &self.0 {
            Location::NotConfigured => Ok(Vec::new()),
            Location::Directory(directory) => directory::all(directory.clone()).await,
            #[cfg(feature = "azure")]
            Location::Container(container) => container.all().await,
        }
    }
}
