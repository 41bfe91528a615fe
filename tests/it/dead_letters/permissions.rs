//! Only the owner may read the files of the store.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use super::HALF_HOUR;
use crate::dialect::Dialect;
use crate::host::{Batch, FunctionsHost};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn assert_private(data: &Path) {
    for name in ["cloudsmets.sqlite", "cloudsmets.sqlite-wal", "cloudsmets.sqlite-shm"] {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
}

#[test]
fn files_in_an_existing_readable_directory_are_private() {
    let data = TempDir::new().unwrap();
    fs::set_permissions(data.path(), Permissions::from_mode(0o755)).unwrap();
    let mut host = FunctionsHost::start_on(data);
    host.deliver(&Batch::new(vec![Dialect::V2.event("dev-1", HALF_HOUR, 5_000)]));
    assert_private(host.data_dir());
    // The program was killed, so its log exists with any permissions.
    host.program.kill();
    for entry in fs::read_dir(host.data_dir()).unwrap() {
        fs::set_permissions(entry.unwrap().path(), Permissions::from_mode(0o644)).unwrap();
    }
    host.restart();
    assert_private(host.data_dir());
    assert_eq!(mode(host.data_dir()), 0o755, "the directory is the user's own");
    assert_eq!(host.data("homes/dev-1/live")["electricity"]["import_wh"], 5_000);
}
