//! `cloudsmets release verify`.

use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Arguments {
    /// The release folder
    folder: PathBuf,
    /// A public key file; may be given twice, for the current and the next key
    #[arg(long = "key", required = true)]
    keys: Vec<PathBuf>,
}

/// Verifies a release folder.
///
/// # Errors
/// Not implemented.
pub fn run(_: &Arguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not implemented")
}
