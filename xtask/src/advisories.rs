//! Checks the dependencies for known vulnerabilities.
//!
//! The list of vulnerabilities comes from a git host that not every machine can reach. Without it
//! the step is skipped: a missing network is not a fault of the project.

use std::process::Command;

use crate::program::{cargo, run};
use crate::report::Outcome;
use crate::tools::{self, Tool};

/// Fetches the list and checks the dependencies.
///
/// # Errors
/// If a dependency has a known vulnerability.
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
    // These variables of git abort a transfer that is slower than 1,000 bytes/s for 30 seconds.
    command.env("GIT_HTTP_LOW_SPEED_LIMIT", "1000").env("GIT_HTTP_LOW_SPEED_TIME", "30");
    command
}
