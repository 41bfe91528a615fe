//! Only the owner may read the database: readings reveal when a home is empty.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

const OWNER_ONLY: u32 = 0o600;

/// Creates the file with mode 0600, or removes the other permissions of an
/// existing one and of its log. SQLite creates the log with the permissions of
/// the file. An existing file is not opened here, because closing it would
/// release the locks that SQLite holds on it in this process.
pub(super) fn make_private(file: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            for suffix in ["", "-wal", "-shm"] {
                let mut path = file.as_os_str().to_owned();
                path.push(suffix);
                restrict(Path::new(&path));
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// The file of another user stays as it is, with a warning.
fn restrict(file: &Path) {
    let Ok(metadata) = fs::metadata(file) else { return };
    if metadata.permissions().mode() & 0o077 == 0 {
        return;
    }
    if let Err(error) = fs::set_permissions(file, Permissions::from_mode(OWNER_ONLY)) {
        tracing::warn!(file = %file.display(), error = %error, "other users may read the database");
    }
}
