//! `cloudsmets dead-letters`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::config::Config;
use crate::server;
use crate::store::DeadLetter;

#[derive(Args, Debug)]
pub struct Arguments {
    /// Show at most this many, oldest first
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

/// Prints each dead letter's id, time, device id, reason and body in hexadecimal.
///
/// # Errors
/// If the store cannot be read or standard output is closed.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let store = server::open_store(config)?;
    let letters = super::runtime()?.block_on(store.dead_letters(arguments.limit))?;
    let mut out = std::io::stdout().lock();
    for letter in &letters {
        print(&mut out, letter).context("the events cannot be printed")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(out: &mut impl Write, letter: &DeadLetter) -> std::io::Result<()> {
    let device = letter.device.as_deref().unwrap_or("no device");
    let enqueued = letter.enqueued.map_or_else(|| "no time".to_owned(), |at| at.to_string());
    // A reason may quote what the device sent, and a terminal interprets control characters.
    let reason = letter.reason.escape_debug();
    writeln!(out, "{} {enqueued} {} {reason}", letter.id, device.escape_debug())?;
    out.write_all(b"  ")?;
    letter.body.iter().try_for_each(|byte| write!(out, "{byte:02x}"))?;
    writeln!(out)
}
