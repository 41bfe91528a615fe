//! Programs and files that some tests need and that may be missing.
//!
//! A test that cannot run for this reason passes, but is recorded as skipped.
//! `cargo xtask test` lists the skipped tests at its end.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file to which skipped tests are appended, a line for each. xtask sets it.
const SKIPPED_TESTS: &str = "SKIPPED_TESTS";

/// Records that the calling test is skipped because programs are missing.
///
/// # Panics
/// In CI, where all tests have to run: `cargo xtask test` installs the programs.
pub(crate) fn skip_without(programs: &str) {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "{programs} has to be installed in CI");
    skip(&format!("{programs} is not installed"));
}

/// A file or directory under `../shared`, which is not part of the project. Without it, records
/// that the calling test is skipped.
pub(crate) fn shared_file(path: &str) -> Option<PathBuf> {
    let found = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if found.exists() {
        return Some(found);
    }
    skip(&format!("../shared/{path} does not exist"));
    None
}

/// Records that the calling test is skipped.
pub(crate) fn skip(reason: &str) {
    eprintln!("skipped: {reason}");
    if let Some(list) = std::env::var_os(SKIPPED_TESTS) {
        let thread = std::thread::current();
        append(Path::new(&list), thread.name().unwrap_or("a test"), reason);
    }
}

/// Tests in several processes append at the same time, so each line is written with a single call.
fn append(list: &Path, test: &str, reason: &str) {
    let mut list = File::options().append(true).create(true).open(list).unwrap();
    list.write_all(format!("{test}: {reason}\n").as_bytes()).unwrap();
}

#[test]
fn every_skipped_test_is_recorded_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("skipped");
    append(&list, "a::first", "minisign is not installed");
    append(&list, "b::second", "../shared/data does not exist");
    let expected =
        "a::first: minisign is not installed\nb::second: ../shared/data does not exist\n";
    assert_eq!(std::fs::read_to_string(&list).unwrap(), expected);
}
