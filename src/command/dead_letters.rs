//! `cloudsmets dead-letters`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};

use crate::config::Config;
use crate::ingest::{ReplayOutcome, replay};
use crate::server;
use crate::store::{DeadLetter, DroppedDeadLetters, Store};

#[derive(Args, Debug)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// Process at most this many, oldest first [default: 100 to list, all to replay]
    #[arg(long, global = true)]
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Action {
    /// Show dead letters: id, time, device, reason and body in hexadecimal (the default)
    List,
    /// Decode and ingest dead letters again, and remove those that are now accepted
    Replay,
}

/// The default limit of `list`.
const LISTED: usize = 100;

/// The number of dead letters in memory at once. A body has at most 256 KB, unless
/// a host other than Azure's delivered it.
const PAGE: usize = 64;

/// Lists or replays dead letters.
///
/// # Errors
/// If the store fails or standard output is closed.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let store = server::open_store(config)?;
    let mut out = std::io::stdout().lock();
    super::runtime()?.block_on(async {
        match arguments.action.unwrap_or(Action::List) {
            Action::List => list(&store, arguments.limit.unwrap_or(LISTED), &mut out).await,
            Action::Replay => replay_all(&store, arguments.limit, &mut out).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn list(store: &Store, limit: usize, out: &mut impl Write) -> anyhow::Result<()> {
    let keys = store.dead_letter_keys(limit).await?;
    for page in keys.chunks(PAGE) {
        for (_, letter) in store.load_dead_letters(page.to_vec()).await? {
            print(out, &letter).context("the dead letters cannot be printed")?;
        }
    }
    for dropped in store.dropped_dead_letters().await? {
        print_dropped(out, &dropped).context("the dead letters cannot be printed")?;
    }
    Ok(())
}

fn print(out: &mut impl Write, letter: &DeadLetter) -> std::io::Result<()> {
    let device = device_name(letter.device.as_deref());
    let enqueued = letter.enqueued.map_or_else(|| "no time".to_owned(), |at| at.to_string());
    // A reason may quote what the device sent, and a terminal interprets control characters.
    let reason = letter.reason.escape_debug();
    writeln!(out, "{} {enqueued} {device} {reason}", letter.id)?;
    out.write_all(b"  ")?;
    letter.body.iter().try_for_each(|byte| write!(out, "{byte:02x}"))?;
    writeln!(out)
}

fn print_dropped(out: &mut impl Write, dropped: &DroppedDeadLetters) -> std::io::Result<()> {
    let device = device_name(dropped.device.as_deref());
    writeln!(out, "{device}: {} older dead letters were dropped to save space", dropped.count)
}

fn device_name(device: Option<&str>) -> String {
    device.unwrap_or("no device").escape_debug().to_string()
}

/// Prints each page after its changes are durable.
async fn replay_all(
    store: &Store,
    limit: Option<usize>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let keys = store.dead_letter_keys(limit.unwrap_or(usize::MAX)).await?;
    let mut counts = Counts::default();
    for page in keys.chunks(PAGE) {
        let letters = store.load_dead_letters(page.to_vec()).await?;
        for (id, outcome) in replay(store, letters).await? {
            counts.add(&outcome);
            print_outcome(out, &id, &outcome).context("the outcome cannot be printed")?;
        }
    }
    let Counts { accepted, kept, new_reasons } = counts;
    writeln!(out, "{accepted} accepted and removed, {kept} kept, {new_reasons} with a new reason")
        .context("the outcome cannot be printed")
}

#[derive(Default)]
struct Counts {
    accepted: usize,
    kept: usize,
    new_reasons: usize,
}

impl Counts {
    fn add(&mut self, outcome: &ReplayOutcome) {
        match outcome {
            ReplayOutcome::Accepted { .. } => self.accepted += 1,
            ReplayOutcome::Kept { is_new_reason, .. } => {
                self.kept += 1;
                self.new_reasons += usize::from(*is_new_reason);
            }
        }
    }
}

fn print_outcome(out: &mut impl Write, id: &str, outcome: &ReplayOutcome) -> std::io::Result<()> {
    match outcome {
        ReplayOutcome::Accepted { observations } => {
            writeln!(out, "{id} accepted with {observations} observations")
        }
        ReplayOutcome::Kept { reason, .. } => writeln!(out, "{id} kept: {}", reason.escape_debug()),
    }
}
