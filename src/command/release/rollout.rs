//! `cloudsmets release rollout`.

use std::process::ExitCode;

use crate::config::Config;
use crate::releases::ReleaseVersion;

#[derive(clap::Args)]
pub struct Arguments {
    version: ReleaseVersion,
    /// From 0 to 100
    #[arg(value_parser = clap::value_parser!(u8).range(0..=100))]
    percent: u8,
    /// Check everything and report what would change, but change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Sets the percentage of a version.
///
/// # Errors
/// Not implemented.
pub fn run(_: &Arguments, _: &Config) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not implemented")
}
