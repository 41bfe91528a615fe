//! The program: arguments, settings, log, and then one of the commands.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cloudsmets::command::{USAGE_ERROR, dead_letters, demo, export, import, releases, serve};
use cloudsmets::config::Config;
use cloudsmets::log::{self, LogOutput};

/// Reads GB smart-meter telemetry into the owner's own store and shows it.
#[derive(Parser)]
#[command(name = "cloudsmets", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the dashboard, or the Functions host's custom handler where that started it
    Serve,
    /// Show two made-up homes whose devices publish live
    Demo(demo::Arguments),
    /// Load a home's history from a file
    Import(import::Arguments),
    /// Write everything that is known of a home
    Export(export::Arguments),
    /// List or replay the events that could not be read
    DeadLetters(dead_letters::Arguments),
    /// Show the firmware releases, and what of each is there
    Releases,
}

impl Command {
    const fn log_output(&self) -> LogOutput {
        match self {
            Self::Serve | Self::Demo(_) => LogOutput::Stdout,
            Self::Import(_) | Self::Export(_) | Self::DeadLetters(_) | Self::Releases => {
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
    log::start(config.log_filter(), command.log_output());
    let outcome = match command {
        Command::Serve => serve::run(&config),
        Command::Demo(arguments) => demo::run(&arguments, &config),
        Command::Import(arguments) => import::run(&arguments, &config),
        Command::Export(arguments) => export::run(&arguments, &config),
        Command::DeadLetters(arguments) => dead_letters::run(&arguments, &config),
        Command::Releases => releases::run(&config),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            print_error(&format_error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

/// Says it where errors are said, where perhaps nobody listens.
fn print_error(error: &impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{error}");
}

/// An error and its causes; a cause that is quoted already is not told again.
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
