//! `cloudsmets releases`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;

use crate::config::{Config, ReleasesLocation};
use crate::releases::Release;
use crate::server;

/// Prints every release, the newest first: whether all of it is there, its files with their sizes,
/// and what is missing.
///
/// # Errors
/// When the place of releases cannot be read or nobody takes the output.
pub fn run(config: &Config) -> anyhow::Result<ExitCode> {
    if config.releases == ReleasesLocation::NotConfigured {
        eprintln!("RELEASES_URL is not set: there is no place of releases");
        return Ok(ExitCode::from(super::USAGE_ERROR));
    }
    let releases = super::runtime()?.block_on(async {
        // Inside the runtime: clients of Azure may want it when they are made.
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
