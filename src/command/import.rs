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
use crate::domain::merge::{Change, Counts};
use crate::domain::register::Fuel;
use crate::import::{Clock, Format, History, Reading, read};
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
    clock: Clock,
    /// The file, which may be compressed with gzip
    file: PathBuf,
}

/// Changes written together.
const BATCH: usize = 4_000;

/// Refused lines that are printed; the rest is counted.
const PRINTED: usize = 100;

/// Loads the file and says what became of its lines.
///
/// # Errors
/// When the file is not of the format, the store cannot be written or nobody takes the output.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let name = arguments.file.display();
    let file = File::open(&arguments.file).with_context(|| format!("{name} cannot be opened"))?;
    let how = Reading {
        fuel: arguments.fuel,
        clock: arguments.clock,
        zone: &config.zone,
        now: clock::now(),
    };
    let mut history = read(arguments.format, file, &how).with_context(|| name.to_string())?;
    let changes = std::mem::take(&mut history.changes);
    let store = server::open_store(config)?;
    let counts = super::runtime()?.block_on(record(&store, &arguments.home, changes))?;
    let printed = print(&mut io::stdout().lock(), &history, counts);
    printed.context("it is stored, but what became of the lines cannot be printed")?;
    Ok(ExitCode::SUCCESS)
}

async fn record(store: &Store, home: &HomeId, changes: Vec<Change>) -> anyhow::Result<Counts> {
    let bar = ProgressBar::new(changes.len() as u64).with_style(style()?);
    let mut counts = Counts::default();
    for batch in changes.chunks(BATCH) {
        counts += store.record(vec![(home.clone(), batch.to_vec())], Vec::new()).await?;
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(counts)
}

fn style() -> anyhow::Result<ProgressStyle> {
    Ok(ProgressStyle::with_template("{bar:40} {pos}/{len} lines, {eta} left")?)
}

fn print(out: &mut impl Write, history: &History, counts: Counts) -> io::Result<()> {
    for refused in history.refused.iter().take(PRINTED) {
        writeln!(out, "line {}: {}", refused.line, refused.reason)?;
    }
    if let Some(more) = history.refused.len().checked_sub(PRINTED).filter(|more| *more > 0) {
        writeln!(out, "and {more} more lines")?;
    }
    writeln!(
        out,
        "read {}, added {}, replaced {}, unchanged {}, refused {}",
        history.lines,
        counts.added,
        counts.replaced,
        counts.unchanged,
        history.refused.len()
    )?;
    if history.skipped > 0 {
        writeln!(out, "skipped {} about something else", history.skipped)?;
    }
    Ok(())
}
