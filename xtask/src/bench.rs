//! Measures the service: `benches/bench` does, in a release build.

use crate::program::{cargo, run};

/// Runs the measurements and prints their table.
///
/// # Errors
/// When something cannot be measured.
pub(crate) fn run_all() -> anyhow::Result<()> {
    run(&mut cargo([
        "bench",
        "--no-default-features",
        "--package",
        "cloudsmets",
        "--bench",
        "bench",
    ]))
}
