//! The steps of CI. Steps that fail quickly come first.

use crate::report::{self, Outcome, Step};
use crate::{advisories, apt, checks, dependencies, fuzz, npm, package, rv32, site};

/// The seconds for each fuzz target.
const FUZZ_SECONDS: u32 = 10;

const STEPS: [Step; 16] = [
    Step { name: "packages that the tests need", run: apt::install },
    Step { name: "npm packages that the tests need", run: npm::install },
    Step { name: "packages of the installation page", run: site::make_for_tests },
    Step { name: "formatting", run: checks::formatting },
    Step { name: "clippy", run: checks::clippy },
    Step { name: "clippy without Azure", run: checks::clippy_without_azure },
    Step { name: "documentation", run: checks::documentation },
    Step { name: "firmware without the standard library", run: rv32::run_selftest },
    Step { name: "examples in the documentation", run: checks::doc_tests },
    Step { name: "tests", run: checks::tests },
    Step { name: "settings without Azure", run: checks::tests_without_azure },
    Step { name: "fuzzing", run: fuzzing },
    Step { name: "dependencies", run: dependencies::check },
    Step { name: "advisories", run: advisories::check },
    Step { name: "the package", run: package },
    Step { name: "the package again, with the same bytes", run: package::check_reproducibility },
];

/// Runs all steps.
///
/// # Errors
/// The error of the first step that fails.
pub(crate) fn run() -> anyhow::Result<()> {
    report::run(&STEPS)
}

fn fuzzing() -> anyhow::Result<Outcome> {
    fuzz::run(FUZZ_SECONDS, &[]).map(|()| Outcome::Done)
}

/// This and the next step are the last ones, because building the optimized program takes the longest.
fn package() -> anyhow::Result<Outcome> {
    let package = package::make(false)?;
    let tests = package::check(&package)?;
    let warnings = package.warnings();
    Ok(if warnings.is_empty() { tests } else { Outcome::Skipped(warnings.join("; ")) })
}
