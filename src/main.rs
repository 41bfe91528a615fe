//! The program: reads the arguments and the settings, starts the log, and runs one command.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cloudsmets::command::{USAGE_ERROR, dead_letters, demo, export, import, release, serve};
use cloudsmets::config::Config;
use cloudsmets::log::{self, LogOutput};

/// Stores the telemetry of smart meters in Great Britain and shows it.
#[derive(Parser)]
#[command(name = "cloudsmets", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the dashboard, or the custom handler if the Functions host started the program
    Serve,
    /// Serve a demonstration: two simulated homes whose devices publish live
    Demo(demo::Arguments),
    /// Load a home's history from a file
    Import(import::Arguments),
    /// Export everything that is stored of a home
    Export(export::Arguments),
    /// List or replay the dead letters: the events that could not be decoded
    DeadLetters(dead_letters::Arguments),
    /// Sign and publish firmware releases
    #[command(subcommand)]
    Release(release::Command),
}

impl Command {
    const fn log_output(&self) -> LogOutput {
        match self {
            Self::Serve | Self::Demo(_) => LogOutput::Stdout,
            Self::Import(_) | Self::Export(_) | Self::DeadLetters(_) | Self::Release(_) => {
                LogOutput::Stderr
            }
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = match Config::from_environment() {
        Ok(config) => config,
        Err(problems) => {
            print_error(&problems);
            return ExitCode::from(USAGE_ERROR);
        }
    };
    let command = arguments.command.unwrap_or(Command::Serve);
    let log = match log::start(config.log_filter(), command.log_output()) {
        Ok(log) => log,
        Err(error) => {
            print_error(&format_args!("the log cannot be opened: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let outcome = match command {
        Command::Serve => serve::run(&config),
        Command::Demo(arguments) => demo::run(&arguments, &config),
        Command::Import(arguments) => import::run(&arguments, &config),
        Command::Export(arguments) => export::run(&arguments, &config),
        Command::DeadLetters(arguments) => dead_letters::run(&arguments, &config),
        Command::Release(command) => release::run(&command, &config),
    };
    drop(log);
    match outcome {
        Ok(code) => code,
        Err(error) => {
            print_error(&format_error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

/// Prints an error on standard error. Ignores a failed write, because standard error may be closed.
fn print_error(error: &impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{error}");
}

/// Formats an error and its causes, without those that the text before them ends with.
fn format_error_chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !text.ends_with(&cause) {
            let colon = if text.is_empty() { "" } else { ": " };
            text = format!("{text}{colon}{cause}");
        }
    }
    text
}
