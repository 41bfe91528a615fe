//! `cloudsmets release`: the commands for the operator of the release server.

mod availability;
pub mod keygen;
pub mod list;
mod password;
mod progress;
pub mod publish;
pub mod rollout;
pub mod sign;
mod site;
pub mod verify;
pub mod withdraw;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use tokio::runtime::{Builder, Runtime};

use super::USAGE_ERROR;
use crate::config::Config;
use crate::releases::rollout::{InvalidPercent, Percent};
use crate::releases::storage::Storage;
use crate::server::{self, ReleasesUser};

#[derive(Subcommand)]
pub enum Command {
    /// Create two key pairs for signing releases: the current one and the next one
    Keygen(keygen::Arguments),
    /// Make a signed release folder from firmware images; needs no network
    Sign(sign::Arguments),
    /// Verify a release folder with a public key
    Verify(verify::Arguments),
    /// Publish a signed release folder at `RELEASES_URL`; needs no secret key
    Publish(publish::Arguments),
    /// Set the percentage of the devices that may install a version
    Rollout(rollout::Arguments),
    /// Withdraw a version, so that no more devices install it
    Withdraw(withdraw::Arguments),
    /// List the published versions, the newest first
    List,
}

/// Runs a command.
///
/// # Errors
/// The error of the command.
pub fn run(command: &Command, config: &Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Keygen(arguments) => keygen::run(arguments, config),
        Command::Sign(arguments) => sign::run(arguments, config),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Publish(arguments) => publish::run(arguments, config),
        Command::Rollout(arguments) => rollout::run(arguments, config),
        Command::Withdraw(arguments) => withdraw::run(arguments, config),
        Command::List => list::run(config),
    }
}

/// Runs a command that needs the published releases.
fn with_storage(
    config: &Config,
    command: impl AsyncFnOnce(Storage) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let Some(storage) = server::open_release_storage(config, ReleasesUser::Operator)? else {
        let text = "RELEASES_URL is not set: set it to file:///directory or to the https address of a \
                    blob container";
        // Standard error may be closed.
        let _ = writeln!(std::io::stderr(), "{text}");
        return Ok(ExitCode::from(USAGE_ERROR));
    };
    runtime()?.block_on(command(storage))
}

/// Creates a runtime for one operation at a time. All changes to a directory are made on one thread.
fn runtime() -> anyhow::Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .context("the runtime cannot be started")
}

fn parse_percent(text: &str) -> Result<Percent, InvalidPercent> {
    text.parse::<u8>().map_err(|_| InvalidPercent)?.try_into()
}

fn print_line(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("standard output cannot be written")
}
