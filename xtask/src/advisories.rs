//! Known vulnerabilities in what the project depends on.
//!
//! The list of them comes from a git host that not every machine reaches. Where it cannot be had,
//! this says so and passes: a missing network is no fault of the project.

use std::process::Command;

use crate::program::{cargo, run};
use crate::report::Outcome;
use crate::tools::{self, Tool};

/// Checks against the list, fetched anew.
///
/// # Errors
/// When a dependency has a known vulnerability.
pub(crate) fn check() -> anyhow::Result<Outcome> {
    tools::install(Tool::Deny)?;
    if let Err(error) = run(&mut fetch()) {
        println!("{error:#}");
        return Ok(Outcome::Skipped("the list of advisories cannot be fetched here".to_owned()));
    }
    run(&mut cargo(["deny", "check", "--disable-fetch", "advisories"]))?;
    Ok(Outcome::Done)
}

fn fetch() -> Command {
    let mut command = cargo(["deny", "fetch", "db"]);
    // git's own: give up when under 1,000 bytes a second come for 30 seconds.
    command.env("GIT_HTTP_LOW_SPEED_LIMIT", "1000").env("GIT_HTTP_LOW_SPEED_TIME", "30");
    command
}
