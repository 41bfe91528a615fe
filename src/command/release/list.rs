//! `cloudsmets release list`.

use std::process::ExitCode;

use crate::config::Config;

/// Lists the published versions.
///
/// # Errors
/// Not implemented.
pub fn run(_: &Config) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not implemented")
}
