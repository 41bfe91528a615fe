//! The package as it is published. `cargo xtask test` makes it and names it in
//! `PACKAGE_ZIP`; by hand: `cargo xtask package`, then
//! `PACKAGE_ZIP=dist/cloudsmets.zip cargo test --test it package::`.

mod archive;
mod linking;
mod run;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::Value;
use zip::ZipArchive;

/// The archive; `None`, and a visible line, where none is named.
fn archive() -> Option<PathBuf> {
    let Some(named) = std::env::var_os("PACKAGE_ZIP") else {
        eprintln!("skipped: PACKAGE_ZIP names no package");
        return None;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(named);
    assert!(path.is_file(), "PACKAGE_ZIP: there is no {}", path.display());
    Some(path)
}

fn open(archive: &Path) -> ZipArchive<File> {
    ZipArchive::new(File::open(archive).unwrap()).unwrap()
}

/// The program's name in the package, by the project's `host.json`.
fn executable() -> String {
    let host = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("host.json")).unwrap();
    let host: Value = serde_json::from_slice(&host).unwrap();
    host["customHandler"]["description"]["defaultExecutablePath"].as_str().unwrap().to_owned()
}
