//! The generated parts of documents, and the snapshots of the infrastructure.
//!
//! The tests that generate them have names that end in `_is_current`.

use std::process::Command;

use crate::checks::test_runner;
use crate::program::run;

/// Updates what is out of date.
///
/// # Errors
/// If a test fails for another reason, such as a missing marker.
pub(crate) fn update() -> anyhow::Result<()> {
    run(tests().env("UPDATE_DOCS", "1").env("INSTA_UPDATE", "always"))
}

/// Fails if something is out of date. The tests of `cargo xtask test` include this check.
///
/// # Errors
/// If something is out of date.
pub(crate) fn check() -> anyhow::Result<()> {
    run(tests().env("INSTA_UPDATE", "no"))
}

fn tests() -> Command {
    test_runner(&["--workspace", "--test", "it", "_is_current"])
}
