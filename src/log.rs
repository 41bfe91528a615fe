//! The log: JSON where nobody is looking at a terminal.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

/// Where the log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogOutput {
    /// Standard output: the Functions host takes standard error for failures.
    Stdout,
    /// Standard error: standard output is for what was asked for.
    Stderr,
}

/// Starts logging what the filter lets through.
pub fn start(filter: EnvFilter, output: LogOutput) {
    let (writer, is_terminal) = match output {
        LogOutput::Stdout => (BoxMakeWriter::new(io::stdout), io::stdout().is_terminal()),
        LogOutput::Stderr => (BoxMakeWriter::new(io::stderr), io::stderr().is_terminal()),
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        // A log that cannot be written must not end a request.
        .log_internal_errors(false);
    if is_terminal {
        log.compact().init();
    } else {
        // A request has one span, so the list of spans would repeat it.
        log.json().flatten_event(true).with_span_list(false).init();
    }
}
