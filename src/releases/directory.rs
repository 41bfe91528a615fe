//! Releases in a directory: one folder a version.

use std::path::PathBuf;

use cloudsmets_protocol::release::Version;

use super::{ReleasesError, latest};

/// Where releases are.
#[derive(Clone, Debug, Default)]
pub struct Releases(Option<PathBuf>);

impl Releases {
    /// Releases in a directory; none at all for `None`.
    #[must_use]
    pub const fn new(directory: Option<PathBuf>) -> Self {
        Self(directory)
    }

    /// The newest version, `None` when nothing is published.
    ///
    /// # Errors
    /// [`ReleasesError`] when the directory cannot be read.
    pub async fn latest(&self, with_dev: bool) -> Result<Option<Version>, ReleasesError> {
        let Some(directory) = self.0.clone() else { return Ok(None) };
        let place = directory.display().to_string();
        let read = move || -> std::io::Result<Vec<String>> {
            let mut names = Vec::new();
            for entry in std::fs::read_dir(directory)? {
                let entry = entry?;
                if entry.path().is_dir() {
                    names.extend(entry.file_name().into_string());
                }
            }
            Ok(names)
        };
        let names = tokio::task::spawn_blocking(read)
            .await
            .unwrap_or_else(|error| Err(std::io::Error::other(error)))
            .map_err(|source| ReleasesError { place, source })?;
        Ok(latest(names.iter().map(String::as_str), with_dev))
    }
}
