//! CI, in order: what fails fast comes first.

use crate::report::{self, Outcome, Step};
use crate::{advisories, apt, checks, dependencies, fuzz, npm, package};

/// How long each fuzz target runs, in seconds.
const FUZZ_SECONDS: u32 = 10;

const STEPS: [Step; 14] = [
    Step { name: "what the tests need", run: apt::install },
    Step { name: "what the tests need from npm", run: npm::install },
    Step { name: "formatting", run: checks::formatting },
    Step { name: "clippy", run: checks::clippy },
    Step { name: "clippy without Azure", run: checks::clippy_without_azure },
    Step { name: "documentation", run: checks::documentation },
    Step { name: "firmware without the standard library", run: checks::firmware },
    Step { name: "examples in the documentation", run: checks::doc_tests },
    Step { name: "tests", run: checks::tests },
    Step { name: "settings without Azure", run: checks::tests_without_azure },
    Step { name: "fuzzing", run: fuzzing },
    Step { name: "dependencies", run: dependencies::check },
    Step { name: "advisories", run: advisories::check },
    Step { name: "the package", run: package },
];

/// Runs all of it.
///
/// # Errors
/// The first step's that fails.
pub(crate) fn run() -> anyhow::Result<()> {
    report::run(&STEPS)
}

fn fuzzing() -> anyhow::Result<Outcome> {
    fuzz::run(FUZZ_SECONDS, &[]).map(|()| Outcome::Done)
}

/// Last, because its program is optimized, which takes longer than everything before.
fn package() -> anyhow::Result<Outcome> {
    let package = package::make(false)?;
    package::check(&package)?;
    Ok(package.portability_warning().map_or(Outcome::Done, Outcome::Skipped))
}
