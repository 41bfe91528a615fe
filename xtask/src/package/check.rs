//! The package against its own tests, and the packaged program against all that start a program.

use super::{Package, archive};
use crate::checks;
use crate::program::{root, run};

/// The tests that start no program: once is enough for them.
const MODULES_WITHOUT_PROGRAM: [&str; 5] =
    ["infrastructure::", "layers::", "properties::", "scripts::", "store::"];

/// Unpacks the archive and runs the tests on what was in it.
///
/// # Errors
/// When one of them fails.
pub(crate) fn check(package: &Package) -> anyhow::Result<()> {
    let unpacked = root().join("target/package");
    archive::extract(&package.zip, &unpacked)?;
    // The workspace, as before: a package alone would have other features and be built anew.
    let mut command = checks::test_runner(&["--workspace", "--test", "it"]);
    command.arg("--").args(MODULES_WITHOUT_PROGRAM.iter().flat_map(|module| ["--skip", module]));
    command.env("PACKAGE_ZIP", &package.zip);
    command.env("PACKAGE_BUILDER", package.builder.name());
    run(command.env("PROGRAM_UNDER_TEST", unpacked.join(&package.program)))
}
