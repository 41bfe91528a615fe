//! The log: a compact format on a terminal, JSON lines elsewhere.

mod fields;
mod output;

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

pub use output::LogGuard;

/// The stream that the log is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogOutput {
    /// For a server: the Functions host treats lines on standard error as errors.
    Stdout,
    /// For the other commands: their standard output is for their results.
    Stderr,
}

impl LogOutput {
    fn is_terminal(self) -> bool {
        match self {
            Self::Stdout => io::stdout().is_terminal(),
            Self::Stderr => io::stderr().is_terminal(),
        }
    }
}

/// Starts logging the events that the filter lets through. Dropping the guard writes the lines that
/// are still queued.
///
/// # Errors
/// Fails if the stream's descriptor cannot be duplicated.
pub fn start(filter: EnvFilter, output: LogOutput) -> io::Result<LogGuard> {
    let (writer, guard) = output::open(output)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        // tracing-subscriber reports its own errors on standard error, where a write can fail too.
        .log_internal_errors(false);
    if output.is_terminal() {
        log.compact().fmt_fields(fields::escaped()).init();
    } else {
        log.json().flatten_event(true).with_span_list(false).init();
    }
    Ok(guard)
}
