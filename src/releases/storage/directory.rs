//! Files in a directory. Writers take an exclusive lock on a hidden file, so that two processes cannot
//! lose each other's changes. The system releases the lock when the process ends.
//!
//! Contents are written to a hidden file, flushed to the disk, and then renamed. A process that is
//! killed leaves at most that one hidden file, which the next writer removes. Readers need no lock.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tempfile::NamedTempFile;

use super::{CreateOutcome, Entry, ReplaceOutcome, Revision, Stored};

const LOCK_FILE: &str = ".lock";

/// The file that is being written. There is only one, because its writer has the lock.
const TEMPORARY_FILE: &str = ".new";

/// The mode of published files before the process's umask is applied: everyone may read them.
const FILE_MODE: u32 = 0o666;

#[derive(Clone, Debug)]
pub struct Directory(PathBuf);

impl Directory {
    pub(super) const fn new(root: PathBuf) -> Self {
        Self(root)
    }

    pub(super) fn location(&self) -> String {
        self.0.display().to_string()
    }

    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<Entry>, String> {
        let prefix = prefix.to_owned();
        self.run_blocking(move |root| {
            // The directory itself has to exist, even if the folder of the prefix does not.
            fs::read_dir(root)?;
            let mut entries = Vec::new();
            let folder = prefix.rsplit_once('/').map(|(folder, _)| folder).unwrap_or_default();
            collect_files(root, folder, &mut entries)?;
            entries.retain(|entry| entry.name.starts_with(&prefix));
            Ok(entries)
        })
        .await
    }

    pub(super) async fn read(&self, name: &str) -> Result<Option<Stored>, String> {
        let name = name.to_owned();
        self.run_blocking(move |root| {
            let bytes = read_if_present(root, &name)?;
            Ok(bytes.map(|bytes| Stored { revision: Revision::Contents(bytes.clone()), bytes }))
        })
        .await
    }

    pub(super) async fn create(&self, name: &str, bytes: Bytes) -> Result<CreateOutcome, String> {
        self.write(name, move |mut file, target| {
            file.write_all(&bytes)?;
            file.as_file().sync_all()?;
            match file.persist_noclobber(target) {
                Ok(_) => Ok(CreateOutcome::Created),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                    Ok(CreateOutcome::AlreadyExists)
                }
                Err(error) => Err(error.error),
            }
        })
        .await
    }

    pub(super) async fn replace(
        &self,
        name: &str,
        bytes: Bytes,
        expected: Option<Revision>,
    ) -> Result<ReplaceOutcome, String> {
        let (directory, name_in_directory) = (self.0.clone(), name.to_owned());
        self.write(name, move |file, target| {
            let current = read_if_present(&directory, &name_in_directory)?;
            if current.map(Revision::Contents) != expected {
                return Ok(ReplaceOutcome::Conflict);
            }
            write_and_rename(file, &bytes, target)?;
            Ok(ReplaceOutcome::Replaced)
        })
        .await
    }

    pub(super) async fn put(&self, name: &str, bytes: Bytes) -> Result<(), String> {
        self.write(name, move |file, target| write_and_rename(file, &bytes, target)).await
    }

    /// Runs an operation with the lock. It gets a new, empty file and the path at which the file is to
    /// be published.
    async fn write<T: Send + 'static>(
        &self,
        name: &str,
        operation: impl FnOnce(NamedTempFile, &Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, String> {
        let name = name.to_owned();
        self.run_blocking(move |root| {
            let lock = File::options().append(true).create(true).open(root.join(LOCK_FILE))?;
            lock.lock()?;
            let target = root.join(&name);
            let folder = target.parent().unwrap_or(root);
            create_folders(root, folder)?;
            let outcome = operation(create_temporary_file(root)?, &target)?;
            sync_folder(folder)?;
            Ok(outcome)
        })
        .await
    }

    /// Runs the operation on a thread for blocking work.
    async fn run_blocking<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, String> {
        let root = self.0.clone();
        tokio::task::spawn_blocking(move || operation(&root))
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(|error| error.to_string())
    }
}

/// Adds the regular files of a folder and of the folders below it. Symbolic links and hidden files are
/// ignored. A missing folder has no files.
fn collect_files(root: &Path, folder: &str, entries: &mut Vec<Entry>) -> io::Result<()> {
    let listing = match fs::read_dir(root.join(folder)) {
        Err(error) if is_not_found(&error) => return Ok(()),
        listing => listing?,
    };
    for entry in listing {
        let entry = entry?;
        let Ok(file) = entry.file_name().into_string() else { continue };
        if file.starts_with('.') {
            continue;
        }
        let name = if folder.is_empty() { file } else { format!("{folder}/{file}") };
        match entry.file_type()? {
            kind if kind.is_dir() => collect_files(root, &name, entries)?,
            kind if kind.is_file() => match entry.metadata() {
                Ok(metadata) => entries.push(Entry { name, size: metadata.len() }),
                Err(error) if is_not_found(&error) => {}
                Err(error) => return Err(error),
            },
            _ => {}
        }
    }
    Ok(())
}

fn read_if_present(root: &Path, name: &str) -> io::Result<Option<Bytes>> {
    match fs::read(root.join(name)) {
        Ok(bytes) => Ok(Some(bytes.into())),
        Err(error) if is_not_found(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_not_found(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Creates the missing folders between `root` and `folder`, and makes them durable.
fn create_folders(root: &Path, folder: &Path) -> io::Result<()> {
    if folder == root || folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or(root);
    create_folders(root, parent)?;
    fs::create_dir(folder)?;
    sync_folder(parent)
}

/// First removes the file that a killed process left. It may be a second hard link to a published file.
fn create_temporary_file(root: &Path) -> io::Result<NamedTempFile> {
    match fs::remove_file(root.join(TEMPORARY_FILE)) {
        Err(error) if !is_not_found(&error) => return Err(error),
        _ => {}
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_FILE).rand_bytes(0).permissions(Permissions::from_mode(FILE_MODE));
    builder.tempfile_in(root)
}

fn write_and_rename(mut file: NamedTempFile, bytes: &[u8], target: &Path) -> io::Result<()> {
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(target)?;
    Ok(())
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
