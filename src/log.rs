//! The log: a compact format on a terminal, JSON lines elsewhere.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

/// The stream that the log is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogOutput {
    /// For a server: the Functions host treats lines on standard error as errors.
    Stdout,
    /// For the other commands: their standard output is for their results.
    Stderr,
}

/// Starts logging the events that the filter lets through.
pub fn start(filter: EnvFilter, output: LogOutput) {
    let (writer, is_terminal) = match output {
        LogOutput::Stdout => (BoxMakeWriter::new(io::stdout), io::stdout().is_terminal()),
        LogOutput::Stderr => (BoxMakeWriter::new(io::stderr), io::stderr().is_terminal()),
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        // tracing-subscriber reports its own errors on standard error, where a write can fail too.
        .log_internal_errors(false);
    if is_terminal {
        log.compact().init();
    } else {
        log.json().flatten_event(true).init();
    }
}
