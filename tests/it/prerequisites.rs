//! Programs and files that some tests need and that may not be there.

use std::path::PathBuf;

/// Passes over a test with a visible line. Where everything is to be tested
/// they have to be there: `cargo xtask test` installs them.
pub(crate) fn skip_without(programs: &str) {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "{programs} has to be installed in CI");
    eprintln!("skipped: {programs} is not installed");
}

/// A file or directory under `../shared`, which is not part of the project;
/// `None`, and a visible line, where that is not there.
pub(crate) fn shared_file(path: &str) -> Option<PathBuf> {
    let found = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: ../shared is not there ({path})");
    None
}
