//! Digests of files, in the format of `sha256sum`.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::Files;

/// The digits of the digest in a file name.
const SHORT_LENGTH: usize = 16;

/// A line for each file, sorted by path.
pub(super) fn list(files: &Files) -> String {
    files.iter().map(|(path, content)| format!("{}  {path}\n", sha256(content))).collect()
}

/// The start of a digest, for the name of a file.
pub(super) fn short(content: &[u8]) -> String {
    sha256(content).chars().take(SHORT_LENGTH).collect()
}

pub(super) fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
