//! `cloudsmets release publish`.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::Config;

#[derive(clap::Args)]
pub struct Arguments {
    /// The release folder
    folder: PathBuf,
    /// The percentage of the devices that may install the version
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u8).range(0..=100))]
    percent: u8,
    /// A public key file of the release server: the current key, then the next key [default: the keys
    /// that are already published]
    #[arg(long = "key")]
    keys: Vec<PathBuf>,
    /// The files that the web site needs, made by `cargo xtask site` [default: those that are already
    /// published]
    #[arg(long)]
    site: Option<PathBuf>,
    /// Check everything and report what would change, but change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Publishes a release.
///
/// # Errors
/// Not implemented.
pub fn run(_: &Arguments, _: &Config) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not implemented")
}
