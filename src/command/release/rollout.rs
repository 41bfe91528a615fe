//! `cloudsmets release rollout`.

use std::process::ExitCode;

use super::availability;
use crate::config::Config;
use crate::releases::rollout::Percent;
use crate::releases::{AvailabilityChange, ReleaseVersion};

#[derive(clap::Args)]
pub struct Arguments {
    version: ReleaseVersion,
    /// From 0 to 100
    #[arg(value_parser = super::parse_percent)]
    percent: Percent,
    /// Check everything and report what would change, but change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Sets the percentage of a version.
///
/// # Errors
/// If the version is not published or is withdrawn, or if the releases cannot be read or changed.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let change = AvailabilityChange::Rollout(arguments.version.clone(), arguments.percent);
    availability::run(&change, arguments.dry_run, config)
}
