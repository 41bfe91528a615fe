//! `cloudsmets release sign`.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::Config;
use crate::releases::ReleaseVersion;

#[derive(clap::Args)]
pub struct Arguments {
    /// The secret key; its password is asked for, or read from CLOUDSMETS_KEY_PASSWORD
    #[arg(long)]
    key: PathBuf,
    /// X.Y.Z or X.Y.Z-devN
    #[arg(long)]
    version: ReleaseVersion,
    /// The update image of the ESP32-C3
    #[arg(long)]
    esp32c3: PathBuf,
    /// The image for a first installation of the ESP32-C3 over USB
    #[arg(long)]
    factory: PathBuf,
    /// The update image of the TLSR8258
    #[arg(long)]
    tlsr8258: PathBuf,
    /// The oldest running version that may install this release directly [default: any]
    #[arg(long)]
    min_version: Option<ReleaseVersion>,
    /// A text file with the release notes
    #[arg(long)]
    notes: Option<PathBuf>,
    /// The date of the release [default: today]
    #[arg(long)]
    date: Option<jiff::civil::Date>,
    /// The folder for the signed release; it must be empty or not exist
    #[arg(long)]
    out: PathBuf,
    /// Check everything and report what would change, but change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Makes a signed release folder.
///
/// # Errors
/// Not implemented.
pub fn run(_: &Arguments, _: &Config) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not implemented")
}
