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
        let [date, state, availability] =
            [date(published), state(published), availability(published)];
        writeln!(out, "{} {date}, {state}, {availability}", published.version)?;
        for (file, size) in published.files() {
            match size {
                Some(size) => writeln!(out, "  {file} {size} bytes")?,
                None => writeln!(out, "  {file} missing")?,
            }
        }
    }
    Ok(())
}

fn date(published: &PublishedVersion) -> String {
    match published.manifest {
        ManifestState::Missing => "without a date".to_owned(),
        ManifestState::Invalid => "with an invalid manifest".to_owned(),
        ManifestState::Valid { date } => format!("of {date}"),
    }
}

fn state(published: &PublishedVersion) -> String {
    match (published.is_complete(), published.exists()) {
        (true, _) => "complete".to_owned(),
        (false, true) => "incomplete: publish its folder again".to_owned(),
        (false, false) => "incomplete and not published yet".to_owned(),
    }
}

fn availability(published: &PublishedVersion) -> String {
    match published.availability {
        Availability::Withdrawn => "withdrawn".to_owned(),
        Availability::Percent(percent) => format!("rolled out to {percent}"),
    }
}
