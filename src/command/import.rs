//! `cloudsmets import`.

mod report;

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::runtime::Runtime;

use crate::clock;
use crate::config::Config;
use crate::domain::identity::HomeId;
use crate::domain::merge::Change;
use crate::domain::register::Fuel;
use crate::domain::text::printable;
use crate::import::{FileClock, Format, ImportOptions, Line, LineContent, read_file};
use crate::server;
use crate::store::Store;
use report::Report;

/// Arguments of the command.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The home, which is created if it does not exist
    #[arg(long)]
    home: HomeId,
    /// The meter that the file is about: electricity or gas
    #[arg(long)]
    fuel: Fuel,
    /// The file's format
    #[arg(long, value_enum)]
    format: Format,
    /// The clock of times without an offset
    #[arg(long, value_enum, default_value_t)]
    clock: FileClock,
    /// The file, which may be compressed with gzip
    file: PathBuf,
}

/// The number of changes that are stored together.
const CHANGES_PER_BATCH: usize = 4_000;

/// Imports the file and prints what happened to its lines. Nothing is stored before the first batch is
/// complete, so a file with another format, and a short file that cannot be read to its end, change
/// nothing.
///
/// # Errors
/// If the file does not have the format or cannot be read to its end, if the store cannot be written, or
/// if standard output cannot be written.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let name = arguments.file.to_string_lossy();
    let name = printable(&name);
    let file = File::open(&arguments.file).with_context(|| format!("{name} cannot be opened"))?;
    let mut importer = Importer::new(&arguments.home, config)?;
    importer.import(file, arguments).with_context(|| name.to_string())?;
    let printed = importer.report.print(&mut io::stdout().lock());
    printed.context("the file is imported, but the result cannot be printed")?;
    Ok(ExitCode::SUCCESS)
}

/// Stores the changes of a file in batches.
struct Importer<'a> {
    home: &'a HomeId,
    config: &'a Config,
    runtime: Runtime,
    /// Opened for the first batch.
    store: Option<Store>,
    batch: Vec<Change>,
    report: Report,
}

impl<'a> Importer<'a> {
    fn new(home: &'a HomeId, config: &'a Config) -> anyhow::Result<Self> {
        let (runtime, report) = (super::runtime()?, Report::default());
        Ok(Self { home, config, runtime, store: None, batch: Vec::new(), report })
    }

    fn import(&mut self, file: File, arguments: &Arguments) -> anyhow::Result<()> {
        let bar = progress_bar(&file)?;
        let options = ImportOptions {
            fuel: arguments.fuel,
            clock: arguments.clock,
            zone: &self.config.time_zone,
            now: clock::now(),
        };
        let mut added = Ok(());
        let read = read_file(arguments.format, bar.wrap_read(file), &options, |line| {
            added = self.add(line);
            if added.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        let outcome = added.and_then(|()| Ok(read?)).and_then(|()| self.store_batch());
        bar.finish_and_clear();
        match self.report.stored_count() {
            0 => outcome,
            stored => outcome.with_context(|| {
                format!(
                    "the import stopped after {stored} values, which remain stored; \
                     importing the file again is harmless"
                )
            }),
        }
    }

    fn add(&mut self, line: Line) -> anyhow::Result<()> {
        self.report.line_count += 1;
        match line.content {
            LineContent::Change(change) => self.batch.push(change),
            LineContent::Skipped => self.report.skipped_count += 1,
            LineContent::Refused(reason) => self.report.add_refused(line.number, reason),
        }
        if self.batch.len() < CHANGES_PER_BATCH { Ok(()) } else { self.store_batch() }
    }

    fn store_batch(&mut self) -> anyhow::Result<()> {
        let store = match &mut self.store {
            Some(store) => store,
            unopened => unopened.insert(server::open_store(self.config)?),
        };
        if !self.batch.is_empty() {
            let changes = vec![(self.home.clone(), std::mem::take(&mut self.batch))];
            self.report.stored += self.runtime.block_on(store.record(changes, Vec::new()))?;
        }
        Ok(())
    }
}

/// Shows how much of the file has been read, in bytes. A pipe has no length.
fn progress_bar(file: &File) -> anyhow::Result<ProgressBar> {
    let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
    let bar = metadata.map_or_else(ProgressBar::no_length, |file| ProgressBar::new(file.len()));
    let template = "{bar:40} {bytes}/{total_bytes}, {eta} left";
    Ok(bar.with_style(ProgressStyle::with_template(template)?))
}
