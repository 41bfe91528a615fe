//! `cloudsmets import`.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::clock;
use crate::config::Config;
use crate::domain::identity::HomeId;
use crate::domain::merge::{Change, ChangeCounts};
use crate::domain::register::Fuel;
use crate::import::{FileClock, Format, ImportOptions, ParsedFile, read_file};
use crate::server;
use crate::store::Store;

/// What to import.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The home, which is made if there is none of that name
    #[arg(long)]
    home: HomeId,
    /// The meter that the file is about: electricity or gas
    #[arg(long)]
    fuel: Fuel,
    /// The file's format
    #[arg(long, value_enum)]
    format: Format,
    /// What times without an offset mean
    #[arg(long, value_enum, default_value_t)]
    clock: FileClock,
    /// The file, which may be compressed with gzip
    file: PathBuf,
}

/// Changes written together.
const CHANGES_PER_BATCH: usize = 4_000;

/// Refused lines that are printed; the rest is counted.
const MAX_PRINTED_LINES: usize = 100;

/// Loads the file and says what became of its lines.
///
/// # Errors
/// When the file is not of the format, the store cannot be written or nobody takes the output.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let name = arguments.file.display();
    let file = File::open(&arguments.file).with_context(|| format!("{name} cannot be opened"))?;
    let options = ImportOptions {
        fuel: arguments.fuel,
        clock: arguments.clock,
        zone: &config.time_zone,
        now: clock::now(),
    };
    let mut parsed =
        read_file(arguments.format, file, &options).with_context(|| name.to_string())?;
    let changes = std::mem::take(&mut parsed.changes);
    let store = server::open_store(config)?;
    let counts = super::runtime()?.block_on(record(&store, &arguments.home, changes))?;
    let printed = print(&mut io::stdout().lock(), &parsed, counts);
    printed.context("it is stored, but what became of the lines cannot be printed")?;
    Ok(ExitCode::SUCCESS)
}

async fn record(
    store: &Store,
    home: &HomeId,
    changes: Vec<Change>,
) -> anyhow::Result<ChangeCounts> {
    let bar = ProgressBar::new(changes.len() as u64).with_style(progress_style()?);
    let mut counts = ChangeCounts::default();
    for batch in changes.chunks(CHANGES_PER_BATCH) {
        counts += store.record(vec![(home.clone(), batch.to_vec())], Vec::new()).await?;
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(counts)
}

fn progress_style() -> anyhow::Result<ProgressStyle> {
    Ok(ProgressStyle::with_template("{bar:40} {pos}/{len} lines, {eta} left")?)
}

fn print(out: &mut impl Write, parsed: &ParsedFile, counts: ChangeCounts) -> io::Result<()> {
    for refused in parsed.refused_lines.iter().take(MAX_PRINTED_LINES) {
        writeln!(out, "line {}: {}", refused.line, refused.reason)?;
    }
    if let Some(more) =
        parsed.refused_lines.len().checked_sub(MAX_PRINTED_LINES).filter(|more| *more > 0)
    {
        writeln!(out, "and {more} more lines")?;
    }
    writeln!(
        out,
        "read {}, added {}, replaced {}, unchanged {}, refused {}",
        parsed.line_count,
        counts.added,
        counts.replaced,
        counts.unchanged,
        parsed.refused_lines.len()
    )?;
    if parsed.skipped_count > 0 {
        writeln!(out, "skipped {} about something else", parsed.skipped_count)?;
    }
    Ok(())
}
