//! Measures the service in a release build (`benches/bench`) and the start of the package.

use crate::package;
use crate::program::{cargo, run};

/// Builds the package, runs the measurements and prints a table.
///
/// # Errors
/// If the build or a measurement fails.
pub(crate) fn run_all() -> anyhow::Result<()> {
    let package = package::make(false)?;
    let mut bench =
        cargo(["bench", "--no-default-features", "--package", "cloudsmets", "--bench", "bench"]);
    run(bench.env("PACKAGED_PROGRAM", package.executable()))
}
