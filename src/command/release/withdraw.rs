//! `cloudsmets release withdraw`.

use std::process::ExitCode;

use crate::config::Config;
use crate::releases::ReleaseVersion;

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
/// Not implemented.
pub fn run(_: &Arguments, _: &Config) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not implemented")
}
