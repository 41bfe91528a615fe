//! `cloudsmets releases`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;

use crate::config::{Config, ReleasesLocation};
use crate::releases::Release;
use crate::server;

/// Prints all releases, the newest first, with the sizes of their files and the missing files.
///
/// # Errors
/// If the releases cannot be read, or standard output cannot be written.
pub fn run(config: &Config) -> anyhow::Result<ExitCode> {
    if config.releases == ReleasesLocation::NotConfigured {
        eprintln!("RELEASES_URL is not set, so there are no releases to list");
        return Ok(ExitCode::from(super::USAGE_ERROR));
    }
    let releases = super::runtime()?.block_on(async {
        // This is inside the runtime because the clients of Azure may need it when they are created.
        Ok::<_, anyhow::Error>(server::open_releases(config)?.all().await?)
    })?;
    let mut out = std::io::stdout().lock();
    let printed = match releases.as_slice() {
        [] => writeln!(out, "nothing is published"),
        releases => releases.iter().try_for_each(|release| print(&mut out, release)),
    };
    printed.context("the releases cannot be printed")?;
    Ok(ExitCode::SUCCESS)
}

fn print(out: &mut impl Write, release: &Release) -> std::io::Result<()> {
    let is_complete = release.missing().next().is_none();
    let state = if is_complete { "complete" } else { "incomplete" };
    writeln!(out, "{} {state}", release.version)?;
    for (file, size) in release.present() {
        writeln!(out, "  {file} {size} bytes")?;
    }
    release.missing().try_for_each(|file| writeln!(out, "  {file} missing"))
}
