//! `cloudsmets release list`.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;

use crate::config::Config;
use crate::releases::{Availability, ManifestState, PublishedVersion, published_versions};

/// Lists the published versions, the newest first.
///
/// # Errors
/// If the releases cannot be read, or if standard output cannot be written.
pub fn run(config: &Config) -> anyhow::Result<ExitCode> {
    super::with_storage(config, async |storage| {
        let versions = published_versions(&storage).await?;
        print(&mut io::stdout().lock(), &versions).context("the releases cannot be printed")?;
        Ok(ExitCode::SUCCESS)
    })
}

fn print(out: &mut impl Write, versions: &[PublishedVersion]) -> io::Result<()> {
    if versions.is_empty() {
        writeln!(out, "nothing is published")?;
    }
    for published in versions {
        let availability = availability(published);
        writeln!(out, "{} {} {availability}", published.version, manifest(published))?;
        for (file, size) in published.files() {
            match size {
                Some(size) => writeln!(out, "  {file} {size} bytes")?,
                None => writeln!(out, "  {file} missing")?,
            }
        }
    }
    Ok(())
}

/// The date of the release, and whether it can be installed.
fn manifest(published: &PublishedVersion) -> String {
    match published.manifest {
        ManifestState::Missing => "is not published yet, incomplete,".to_owned(),
        ManifestState::Invalid => "has an invalid manifest,".to_owned(),
        ManifestState::Valid { date } if published.is_complete() => format!("{date} complete,"),
        ManifestState::Valid { date } => format!("{date} incomplete,"),
    }
}

fn availability(published: &PublishedVersion) -> String {
    match published.availability {
        Availability::Withdrawn => "withdrawn".to_owned(),
        Availability::Percent(percent) => percent.to_string(),
    }
}
