//! Measures the service: `benches/bench` does, in a release build, and the package's start.

use crate::package;
use crate::program::{cargo, run};

/// Makes the package, runs the measurements and prints their table.
///
/// # Errors
/// When something cannot be built or measured.
pub(crate) fn run_all() -> anyhow::Result<()> {
    let package = package::make(false)?;
    let mut bench =
        cargo(["bench", "--no-default-features", "--package", "cloudsmets", "--bench", "bench"]);
    run(bench.env("PACKAGED_PROGRAM", package.executable()))
}
