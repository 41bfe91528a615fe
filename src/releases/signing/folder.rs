//! Writes a release folder atomically.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The reason why a folder was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteFolderError {
    #[error("{} is not empty; choose another folder for the release", .0.display())]
    NotEmpty(PathBuf),
    #[error("{} is not a folder", .0.display())]
    NotAFolder(PathBuf),
    #[error("{} cannot be written: {source}", .path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Files in a temporary folder next to their destination, until [`StagedFolder::move_to_destination`].
/// A crash leaves nothing at the destination, and at most a hidden folder next to it.
pub struct StagedFolder {
    temporary: TempDir,
    destination: PathBuf,
}

/// Checks that the destination does not exist or is an empty folder.
///
/// # Errors
/// [`WriteFolderError`] if a release cannot be written there.
pub fn check_destination(destination: &Path) -> Result<(), WriteFolderError> {
    match destination.read_dir() {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(WriteFolderError::NotEmpty(destination.to_owned())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(WriteFolderError::NotAFolder(destination.to_owned()))
        }
        Err(source) => Err(WriteFolderError::Io { path: destination.to_owned(), source }),
    }
}

impl StagedFolder {
    /// Writes files, whose paths are relative to the destination, and flushes them to the disk.
    ///
    /// # Errors
    /// [`WriteFolderError`] if the destination is in use or a file cannot be written.
    pub fn write(
        destination: &Path,
        files: &BTreeMap<&'static str, Vec<u8>>,
    ) -> Result<Self, WriteFolderError> {
        check_destination(destination)?;
        Self::try_write(destination, files)
            .map_err(|source| WriteFolderError::Io { path: destination.to_owned(), source })
    }

    fn try_write(destination: &Path, files: &BTreeMap<&'static str, Vec<u8>>) -> io::Result<Self> {
        let destination = resolve(destination)?;
        let containing_folder = parent(&destination);
        fs::create_dir_all(containing_folder)?;
        let temporary =
            tempfile::Builder::new().prefix(".cloudsmets-").tempdir_in(containing_folder)?;
        let staged = Self { temporary, destination };
        for (path, content) in files {
            let path = staged.path().join(path);
            let folder = parent(&path);
            fs::create_dir_all(folder)?;
            let mut file = File::create_new(&path)?;
            file.write_all(content)?;
            file.sync_all()?;
            File::open(folder)?.sync_all()?;
        }
        Ok(staged)
    }

    /// The folder that contains the files.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        // The temporary folder itself is readable only by its owner.
        self.temporary.path().join("release")
    }

    /// Moves the files to the destination, unless it was filled in the meantime.
    ///
    /// # Errors
    /// [`WriteFolderError`] if the folder cannot be moved.
    pub fn move_to_destination(self) -> Result<(), WriteFolderError> {
        File::open(self.path())
            .and_then(|folder| folder.sync_all())
            .and_then(|()| fs::rename(self.path(), &self.destination))
            .and_then(|()| File::open(parent(&self.destination))?.sync_all())
            .map_err(|source| WriteFolderError::Io { path: self.destination.clone(), source })
    }
}

/// Resolves paths such as `.`, which `rename` cannot replace.
fn resolve(destination: &Path) -> io::Result<PathBuf> {
    match destination.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(destination.to_owned()),
        resolved => resolved,
    }
}

fn parent(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(folder: &Path) -> usize {
        folder.read_dir().unwrap().count()
    }

    #[test]
    fn nothing_is_at_the_destination_until_all_files_are_moved_there() {
        let parent = tempfile::tempdir().unwrap();
        let destination = parent.path().join("release");
        let files = BTreeMap::from([("a/b", b"1".to_vec()), ("c", b"2".to_vec())]);
        let staged = StagedFolder::write(&destination, &files).unwrap();
        assert!(staged.path().join("a/b").exists() && !destination.exists());
        drop(staged);
        assert_eq!(entries(parent.path()), 0);

        StagedFolder::write(&destination, &files).unwrap().move_to_destination().unwrap();
        assert_eq!(fs::read(destination.join("a/b")).unwrap(), b"1");
        assert_eq!((entries(&destination), entries(parent.path())), (2, 1));
    }

    #[test]
    fn a_folder_that_was_filled_in_the_meantime_is_not_replaced() {
        let parent = tempfile::tempdir().unwrap();
        let destination = parent.path().join("release");
        let files = BTreeMap::from([("a", b"1".to_vec())]);
        let staged = StagedFolder::write(&destination, &files).unwrap();
        fs::create_dir(&destination).unwrap();
        fs::write(destination.join("other"), "").unwrap();
        assert!(matches!(staged.move_to_destination(), Err(WriteFolderError::Io { .. })));
        assert!(destination.join("other").exists());
        assert_eq!((entries(&destination), entries(parent.path())), (1, 1));
    }
}
