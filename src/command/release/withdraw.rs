//! `cloudsmets release withdraw`.

use std::process::ExitCode;

use super::availability;
use crate::config::Config;
use crate::releases::{AvailabilityChange, ReleaseVersion};

#[derive(clap::Args)]
pub struct Arguments {
    version: ReleaseVersion,
    /// Check everything and report what would change, but change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Withdraws a version.
///
/// # Errors
/// If there is no such version, or if the releases cannot be read or changed.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let change = AvailabilityChange::Withdraw(arguments.version.clone());
    availability::run(&change, arguments.dry_run, config)
}
