//! The log: to standard output, because the Functions host takes standard
//! error for failures; JSON where nobody is looking at a terminal.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging; `RUST_LOG` says how much.
pub fn start() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,cloudsmets=info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stdout)
        // A log that cannot be written must not end a request.
        .log_internal_errors(false);
    if std::io::stdout().is_terminal() {
        log.compact().init();
    } else {
        log.json().flatten_event(true).init();
    }
}
