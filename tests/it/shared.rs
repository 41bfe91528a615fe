//! Material that lies beside the project and is not part of it.

use std::path::PathBuf;

/// A file or directory under `../shared`; `None`, and a visible line, where
/// that is not there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let found = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: ../shared is not there ({path})");
    None
}
