//! The packaged program, started from its folder as the Functions host does.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{archive, open};
use crate::dialect::Dialect;
use crate::host::{Batch, FunctionsHost};

/// A package as Azure mounts it: extracted with its modes into a read-only folder.
struct MountedPackage(TempDir);

impl MountedPackage {
    fn new(archive: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        open(archive).extract(folder.path()).unwrap();
        set_folder_modes(folder.path(), 0o555);
        Self(folder)
    }

    /// All files and folders with their modes and contents.
    fn snapshot(&self) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
        let mut found = BTreeMap::new();
        collect_files(self.0.path(), &mut found);
        found
    }
}

impl Drop for MountedPackage {
    fn drop(&mut self) {
        set_folder_modes(self.0.path(), 0o755);
    }
}

fn set_folder_modes(folder: &Path, mode: u32) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            set_folder_modes(&path, mode);
        }
    }
    fs::set_permissions(folder, Permissions::from_mode(mode)).unwrap();
}

fn collect_files(folder: &Path, found: &mut BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = path.metadata().unwrap().permissions().mode();
        let bytes = if path.is_dir() { Vec::new() } else { fs::read(&path).unwrap() };
        if path.is_dir() {
            collect_files(&path, found);
        }
        found.insert(path, (mode, bytes));
    }
}

/// Only root can write to the folder. The tests may run as root, so they compare the contents.
#[test]
fn the_package_serves_all_functions_from_a_read_only_folder() {
    let Some(archive) = archive() else { return };
    let mounted = MountedPackage::new(&archive);
    let before = mounted.snapshot();
    let mut host = FunctionsHost::start_package(mounted.0.path(), &[]);
    let event = Dialect::V2.event("dev-1", 1_767_322_800, 5_000);
    host.deliver(&Batch::new(vec![event]));
    assert_eq!(host.data("homes")[0]["id"], "dev-1");
    assert_eq!(host.get("/dashboard/homes/dev-1").status, 200);
    assert_eq!(host.get("/latest-version").status, 404);
    host.assert_alive();
    host.stop();
    assert_eq!(mounted.snapshot(), before);
}

/// A release server has no setting for a data directory, and does not create one.
#[test]
fn a_release_server_in_azure_writes_nothing_to_its_folder() {
    let Some(archive) = archive() else { return };
    let mounted = MountedPackage::new(&archive);
    let before = mounted.snapshot();
    let releases = TempDir::new().unwrap();
    crate::latest_version::publish(releases.path(), &["1.4.2"]);
    let url = format!("file://{}", releases.path().display());
    let settings =
        [("WEBSITE_SITE_NAME", "app"), ("RELEASES_URL", url.as_str()), ("CLOUDSMETS_DATA_DIR", "")];
    let host = FunctionsHost::start_package(mounted.0.path(), &settings);
    let response = host.get("/latest-version");
    assert_eq!((response.status, response.text().as_str()), (200, "1.4.2"));
    host.stop();
    assert_eq!(mounted.snapshot(), before);
}
