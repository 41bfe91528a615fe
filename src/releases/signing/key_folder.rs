//! The files of two new key pairs.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::key_pair::KeyPair;

/// The files of the current and the next key pair.
pub const KEY_FILES: [&str; 4] = ["current.key", "current.pub", "next.key", "next.pub"];

/// The reason why no keys were written.
#[derive(Debug, thiserror::Error)]
pub enum KeyFolderError {
    #[error("{} already contains keys, which are never replaced; choose another folder", .0.display())]
    Occupied(PathBuf),
    #[error(
        "{} contains {}, but not {}: files were removed, or keygen was interrupted. Move the files \
         away if they are in use, otherwise delete them, and run keygen again",
        .folder.display(), .existing.join(", "), .missing.join(", ")
    )]
    Incomplete { folder: PathBuf, existing: Vec<&'static str>, missing: Vec<&'static str> },
    #[error("{} cannot be written: {source}", .path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Checks that a folder contains none of the files. The folder need not exist.
///
/// # Errors
/// [`KeyFolderError`] if it contains some or all of them.
pub fn check_key_folder(folder: &Path) -> Result<(), KeyFolderError> {
    let exists = |name: &&str| fs::symlink_metadata(folder.join(name)).is_ok();
    let (existing, missing): (Vec<_>, Vec<_>) = KEY_FILES.into_iter().partition(exists);
    match (existing.is_empty(), missing.is_empty()) {
        (true, _) => Ok(()),
        (_, true) => Err(KeyFolderError::Occupied(folder.to_owned())),
        _ => Err(KeyFolderError::Incomplete { folder: folder.to_owned(), existing, missing }),
    }
}

/// Writes the files of two key pairs, each of them completely or not at all.
///
/// # Errors
/// [`KeyFolderError`] if one of the files exists or cannot be written.
pub fn write_key_folder(
    folder: &Path,
    current: &KeyPair,
    next: &KeyPair,
) -> Result<(), KeyFolderError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| KeyFolderError::Io { path, source }
    };
    check_key_folder(folder)?;
    create_private_folder(folder).map_err(failed(folder))?;
    let files = [
        (&current.secret, 0o600),
        (&current.key.public_key().text(), 0o644),
        (&next.secret, 0o600),
        (&next.key.public_key().text(), 0o644),
    ];
    for (name, (content, mode)) in KEY_FILES.into_iter().zip(files) {
        let path = folder.join(name);
        write_new_file(&path, content.as_bytes(), mode).map_err(failed(&path))?;
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn write_new_file(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // A temporary file is readable only by its owner.
    let mut file = tempfile::Builder::new().prefix(".keygen-").tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().set_permissions(Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}
