//! The packaged program, started where it lies as the Functions host does.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{archive, open};
use crate::dialect::Dialect;
use crate::host::{Batch, FunctionsHost};

/// A package as Azure mounts it: unpacked with its modes, and not to be written to.
struct Mounted(TempDir);

impl Mounted {
    fn new(archive: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        open(archive).extract(folder.path()).unwrap();
        set_mode_of_folders(folder.path(), 0o555);
        Self(folder)
    }

    /// Everything that lies there, with its mode and bytes.
    fn state(&self) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
        let mut found = BTreeMap::new();
        collect(self.0.path(), &mut found);
        found
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        set_mode_of_folders(self.0.path(), 0o755);
    }
}

fn set_mode_of_folders(folder: &Path, mode: u32) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            set_mode_of_folders(&path, mode);
        }
    }
    fs::set_permissions(folder, Permissions::from_mode(mode)).unwrap();
}

fn collect(folder: &Path, found: &mut BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = path.metadata().unwrap().permissions().mode();
        let bytes = if path.is_dir() { Vec::new() } else { fs::read(&path).unwrap() };
        if path.is_dir() {
            collect(&path, found);
        }
        found.insert(path, (mode, bytes));
    }
}

/// A user without root's powers could not write there; root could, and it would be seen.
#[test]
fn it_serves_all_functions_from_a_folder_that_it_does_not_write_to() {
    let Some(archive) = archive() else { return };
    let mounted = Mounted::new(&archive);
    let before = mounted.state();
    let mut host = FunctionsHost::start_package(mounted.0.path(), &[]);
    let event = Dialect::V2.event("dev-1", 1_767_322_800, 5_000);
    host.deliver(&Batch::new(vec![event]));
    assert_eq!(host.data("homes")[0]["id"], "dev-1");
    assert_eq!(host.get("/dashboard/homes/dev-1").status, 200);
    assert_eq!(host.get("/latest-version").status, 404);
    host.assert_alive();
    host.stop();
    assert_eq!(mounted.state(), before);
}

/// A release server is told of no place for readings, and takes none of its own.
#[test]
fn as_a_release_server_in_azure_it_writes_nothing_either() {
    let Some(archive) = archive() else { return };
    let mounted = Mounted::new(&archive);
    let before = mounted.state();
    let releases = TempDir::new().unwrap();
    fs::create_dir_all(releases.path().join("1.4.2/esp32c3")).unwrap();
    let url = format!("file://{}", releases.path().display());
    let settings =
        [("WEBSITE_SITE_NAME", "app"), ("RELEASES_URL", url.as_str()), ("CLOUDSMETS_DATA_DIR", "")];
    let host = FunctionsHost::start_package(mounted.0.path(), &settings);
    let reply = host.get("/latest-version");
    assert_eq!((reply.status, reply.text().as_str()), (200, "1.4.2"));
    host.stop();
    assert_eq!(mounted.state(), before);
}
