//! Releases in a directory, which has one folder for each version.

use std::io;
use std::path::{Path, PathBuf};

use super::{FILES, NewestVersions, Release, ReleasesError};

pub(super) async fn newest(directory: &Path) -> Result<NewestVersions, ReleasesError> {
    run_blocking(directory, |directory| {
        let mut newest = NewestVersions::default();
        folders(directory)?.iter().for_each(|folder| newest.add(folder));
        Ok(newest)
    })
    .await
}

/// All releases with their files, the newest first.
pub(super) async fn all(directory: &Path) -> Result<Vec<Release>, ReleasesError> {
    run_blocking(directory, |directory| {
        let versions = folders(directory)?.into_iter().filter_map(|folder| folder.parse().ok());
        let mut releases: Vec<_> = versions.map(Release::new).collect();
        releases.sort_by(|one, other| other.version.cmp(&one.version));
        for release in &mut releases {
            let folder = directory.join(release.version.to_string());
            for file in FILES {
                match std::fs::metadata(folder.join(file)) {
                    Ok(found) if found.is_file() => release.add(file, found.len()),
                    Ok(_) => {}
                    Err(error) if is_not_found(&error) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(releases)
    })
    .await
}

fn is_not_found(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn folders(directory: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        if entry.path().is_dir() {
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}

/// Runs the operation on a thread for blocking work.
async fn run_blocking<T: Send + 'static>(
    directory: &Path,
    operation: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> Result<T, ReleasesError> {
    let owned: PathBuf = directory.to_owned();
    tokio::task::spawn_blocking(move || operation(&owned))
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
        .map_err(|error| read_error(directory, error.to_string()))
}

pub(super) fn read_error(directory: &Path, reason: String) -> ReleasesError {
    ReleasesError { location: directory.display().to_string(), reason }
}
