//! Storage of the published files: a directory or a container of Azure Blob Storage.
//!
//! A file has a name such as `1.5.0/manifest.json`. Names are relative, their segments are separated by
//! `/`, and no segment starts with a full stop: hidden files belong to the storage itself and are never
//! listed.

#[cfg(feature = "azure")]
mod container;
mod directory;
mod file_name;

use std::path::PathBuf;
#[cfg(feature = "azure")]
use std::sync::Arc;

use bytes::Bytes;

use super::ReleasesError;
#[cfg(feature = "azure")]
use crate::azure::TokenCredential;
#[cfg(feature = "azure")]
use container::Container;
#[cfg(feature = "azure")]
pub use container::RequestLimits;
use directory::Directory;

/// The location of the published files. A clone refers to the same location.
#[derive(Clone, Debug)]
pub enum Storage {
    Directory(Directory),
    #[cfg(feature = "azure")]
    Container(Container),
}

/// A file in a listing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub name: String,
    /// In bytes.
    pub size: u64,
}

/// The contents of a file.
#[derive(Clone, Debug)]
pub struct Stored {
    pub bytes: Bytes,
    pub revision: Revision,
}

/// A state of a file. Two states with different contents have different revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revision {
    /// The contents, because a file in a directory has no entity tag.
    Contents(Bytes),
    #[cfg(feature = "azure")]
    EntityTag(String),
}

/// The result of [`Storage::create`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateOutcome {
    Created,
    /// The existing file is unchanged. Its contents may be equal or different.
    AlreadyExists,
}

/// The result of [`Storage::replace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplaceOutcome {
    Replaced,
    /// The file does not have the expected revision and is unchanged.
    Conflict,
}

impl Storage {
    /// Files in a directory, which has to exist. Does no I/O.
    #[must_use]
    pub const fn directory(directory: PathBuf) -> Self {
        Self::Directory(Directory::new(directory))
    }

    /// Files in a blob container. `location` is the address without secrets, for messages. Without a
    /// credential the address has to contain a shared access signature. Does no I/O.
    ///
    /// # Errors
    /// [`ReleasesError`] if the address is not the address of a container.
    #[cfg(feature = "azure")]
    pub fn container(
        address: &str,
        location: String,
        credential: Option<Arc<dyn TokenCredential>>,
        limits: RequestLimits,
    ) -> Result<Self, ReleasesError> {
        Container::new(address, location, credential, limits).map(Self::Container)
    }

    /// The files whose names start with `prefix`, sorted by name.
    ///
    /// # Errors
    /// [`ReleasesError::Read`] if the location cannot be read.
    pub async fn list(&self, prefix: &str) -> Result<Vec<Entry>, ReleasesError> {
        let listed = match self {
            Self::Directory(directory) => directory.list(prefix).await,
            #[cfg(feature = "azure")]
            Self::Container(container) => container.list(prefix).await,
        };
        let mut entries = listed.map_err(|reason| self.read_error(reason))?;
        entries.retain(|entry| file_name::is_valid(&entry.name));
        entries.sort_unstable();
        Ok(entries)
    }

    /// The contents of a file, `None` if it does not exist.
    ///
    /// # Errors
    /// [`ReleasesError::Read`] if the location cannot be read.
    pub async fn read(&self, name: &str) -> Result<Option<Stored>, ReleasesError> {
        let read = match (file_name::check(name), self) {
            (Err(invalid), _) => Err(invalid.to_string()),
            (Ok(()), Self::Directory(directory)) => directory.read(name).await,
            #[cfg(feature = "azure")]
            (Ok(()), Self::Container(container)) => container.read(name).await,
        };
        read.map_err(|reason| self.read_error(format!("{name}: {reason}")))
    }

    /// Creates a file. An existing file is never changed. The file is complete as soon as it exists, and
    /// it is durable when this returns.
    ///
    /// # Errors
    /// [`ReleasesError::Write`] if the file cannot be created. It may exist nevertheless, because the
    /// reply of a service may be lost.
    pub async fn create(&self, name: &str, bytes: Bytes) -> Result<CreateOutcome, ReleasesError> {
        let created = match (file_name::check(name), self) {
            (Err(invalid), _) => Err(invalid.to_string()),
            (Ok(()), Self::Directory(directory)) => directory.create(name, bytes).await,
            #[cfg(feature = "azure")]
            (Ok(()), Self::Container(container)) => container.create(name, bytes).await,
        };
        created.map_err(|reason| self.write_error(name, &reason))
    }

    /// Replaces a file that still has the expected revision; `None` expects that the file does not
    /// exist. The old and the new contents are never mixed, and the change is durable when this returns.
    ///
    /// # Errors
    /// [`ReleasesError::Write`] if the file cannot be written. It may be changed nevertheless.
    pub async fn replace(
        &self,
        name: &str,
        bytes: Bytes,
        expected: Option<Revision>,
    ) -> Result<ReplaceOutcome, ReleasesError> {
        let replaced = match (file_name::check(name), self) {
            (Err(invalid), _) => Err(invalid.to_string()),
            (Ok(()), Self::Directory(directory)) => directory.replace(name, bytes, expected).await,
            #[cfg(feature = "azure")]
            (Ok(()), Self::Container(container)) => container.replace(name, bytes, expected).await,
        };
        replaced.map_err(|reason| self.write_error(name, &reason))
    }

    /// Creates or replaces a file that is derived from others, such as a web page. The old and the new
    /// contents are never mixed.
    ///
    /// # Errors
    /// [`ReleasesError::Write`] if the file cannot be written.
    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<(), ReleasesError> {
        let written = match (file_name::check(name), self) {
            (Err(invalid), _) => Err(invalid.to_string()),
            (Ok(()), Self::Directory(directory)) => directory.put(name, bytes).await,
            #[cfg(feature = "azure")]
            (Ok(()), Self::Container(container)) => container.put(name, bytes).await,
        };
        written.map_err(|reason| self.write_error(name, &reason))
    }

    /// The location without secrets.
    #[must_use]
    pub fn location(&self) -> String {
        match self {
            Self::Directory(directory) => directory.location(),
            #[cfg(feature = "azure")]
            Self::Container(container) => container.location(),
        }
    }

    pub(super) fn read_error(&self, reason: String) -> ReleasesError {
        ReleasesError::Read { location: self.location(), reason }
    }

    fn write_error(&self, name: &str, reason: &str) -> ReleasesError {
        ReleasesError::Write { location: self.location(), reason: format!("{name}: {reason}") }
    }
}
