//! The published firmware releases and their files, from a directory or a blob container.

mod cached;
#[cfg(feature = "azure")]
mod container;
mod directory;
pub mod manifest;
mod newest;
mod release;
pub mod rollout;
pub mod signing;
mod version;

use std::path::PathBuf;
#[cfg(feature = "azure")]
use std::sync::Arc;

#[cfg(feature = "azure")]
use crate::azure::TokenCredential;
use cached::CachedReleases;
#[cfg(feature = "azure")]
use container::Container;
pub use newest::NewestVersions;
pub use release::{FILES, Release};
pub use version::{InvalidVersion, ReleaseVersion};

/// The published releases; `None` if no location is configured.
#[derive(Clone, Debug)]
pub struct Releases(Option<CachedReleases>);

/// The location of the releases.
#[derive(Debug)]
enum Source {
    Directory(PathBuf),
    #[cfg(feature = "azure")]
    Container(Container),
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
        Self(None)
    }

    /// Releases in a directory, which has one folder for each version.
    #[must_use]
    pub fn directory(directory: PathBuf) -> Self {
        Self(Some(CachedReleases::new(Source::Directory(directory))))
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
        Ok(Self(Some(CachedReleases::new(Source::Container(container)))))
    }

    /// The newest version, `None` if nothing is published. The reply may be a minute old, and older
    /// while the location cannot be read.
    ///
    /// # Errors
    /// [`ReleasesError`] if the location could never be read. It has been logged already.
    pub async fn latest(&self, include_dev: bool) -> Result<Option<ReleaseVersion>, ReleasesError> {
        let Some(releases) = &self.0 else { return Ok(None) };
        Ok(releases.newest().await?.version(include_dev))
    }

    /// All releases with their files, the newest first. The cache is not used.
    ///
    /// # Errors
    /// [`ReleasesError`] if the location cannot be read.
    pub async fn all(&self) -> Result<Vec<Release>, ReleasesError> {
        let Some(releases) = &self.0 else { return Ok(Vec::new()) };
        releases.all().await
    }
}

impl Source {
    async fn newest(&self) -> Result<NewestVersions, ReleasesError> {
        match self {
            Self::Directory(directory) => directory::newest(directory).await,
            #[cfg(feature = "azure")]
            Self::Container(container) => container.newest().await,
        }
    }

    async fn all(&self) -> Result<Vec<Release>, ReleasesError> {
        match self {
            Self::Directory(directory) => directory::all(directory).await,
            #[cfg(feature = "azure")]
            Self::Container(container) => container.all().await,
        }
    }

    fn read_error(&self, reason: String) -> ReleasesError {
        match self {
            Self::Directory(directory) => directory::read_error(directory, reason),
            #[cfg(feature = "azure")]
            Self::Container(container) => container.read_error(reason),
        }
    }
}
