//! Tests of the published package. `cargo xtask test` builds it and sets
//! `PACKAGE_ZIP`. To run them by hand: `cargo xtask package`, then
//! `PACKAGE_ZIP=dist/cloudsmets.zip cargo test --test it package::`.

mod archive;
mod linking;
mod run;
mod supply_chain;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::Value;
use zip::ZipArchive;

/// The licences of what is linked into the program.
const LICENCES: &str = "THIRD-PARTY-LICENCES.txt";

/// The path of the archive; `None` if the variable is not set, as in the first run of the tests.
fn archive() -> Option<PathBuf> {
    let Some(named) = std::env::var_os("PACKAGE_ZIP") else {
        eprintln!("skipped: PACKAGE_ZIP is not set");
        return None;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(named);
    assert!(path.is_file(), "PACKAGE_ZIP: {} does not exist", path.display());
    Some(path)
}

fn open(archive: &Path) -> ZipArchive<File> {
    ZipArchive::new(File::open(archive).unwrap()).unwrap()
}

/// The name of the program in the package, from the project's `host.json`.
fn executable() -> String {
    let host = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("host.json")).unwrap();
    let host: Value = serde_json::from_slice(&host).unwrap();
    host["customHandler"]["description"]["defaultExecutablePath"].as_str().unwrap().to_owned()
}
