//! `cloudsmets release keygen`.

use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Arguments {
    /// The folder for current.key, current.pub, next.key and next.pub; existing files are not replaced
    #[arg(long)]
    out: PathBuf,
    /// Check everything and report what would change, but change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Creates the key pairs.
///
/// # Errors
/// Not implemented.
pub fn run(_: &Arguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not implemented")
}
