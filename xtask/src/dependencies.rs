//! What the project depends on: licences, sources and duplicates, by the rules in `deny.toml`.

use crate::program::{cargo, run};
use crate::report::Outcome;
use crate::tools::{self, Tool};

/// Checks what can be told without a network.
///
/// # Errors
/// When a dependency breaks a rule.
pub(crate) fn check() -> anyhow::Result<Outcome> {
    tools::install(Tool::Deny)?;
    run(&mut cargo(["deny", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))?;
    Ok(Outcome::Done)
}
