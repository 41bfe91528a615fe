//! Runs the tests of the package, and all tests that start a program with the packaged program.

use super::{Package, archive};
use crate::checks;
use crate::program::{root, run};
use crate::report::Outcome;
use crate::skipped::SkippedTests;

/// The tests that start no program. They already ran.
const MODULES_WITHOUT_PROGRAM: [&str; 7] = [
    "documents::",
    "infrastructure::",
    "layers::",
    "prerequisites::",
    "properties::",
    "scripts::",
    "store::",
];

/// Extracts the archive and runs the tests on the extracted files.
///
/// # Errors
/// If a test fails.
pub(crate) fn check(package: &Package) -> anyhow::Result<Outcome> {
    let skipped = SkippedTests::new("package")?;
    let unpacked = root().join("target/package");
    archive::extract(&package.zip, &unpacked)?;
    // Select the whole workspace, as the earlier steps do: a single package would be built again with
    // other features.
    let mut command = checks::test_runner(&["--workspace", "--test", "it"]);
    command.arg("--").args(MODULES_WITHOUT_PROGRAM.iter().flat_map(|module| ["--skip", module]));
    command.env("PACKAGE_ZIP", &package.zip);
    command.env("PACKAGE_BUILDER", package.builder.name());
    if let Some(bill) = &package.bill_of_materials {
        command.env("PACKAGE_BILL_OF_MATERIALS", bill);
    }
    command.env("PROGRAM_UNDER_TEST", unpacked.join(&package.program));
    run(skipped.record_in(&mut command))?;
    skipped.outcome()
}
