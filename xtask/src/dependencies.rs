//! Checks the licences, sources and duplicates of the dependencies by the rules in `deny.toml`.

use crate::program::{cargo, run};
use crate::report::Outcome;
use crate::tools::{self, Tool};

/// Makes the checks that need no network.
///
/// # Errors
/// If a dependency violates a rule.
pub(crate) fn check() -> anyhow::Result<Outcome> {
    tools::install(Tool::Deny)?;
    run(&mut cargo(["deny", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))?;
    Ok(Outcome::Done)
}
