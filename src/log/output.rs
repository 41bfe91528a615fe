//! Writes the log without ever waiting for its reader.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use super::LogOutput;

/// The number of lines that are kept while nothing reads the log. Further ones are dropped.
const QUEUED_LINES: usize = 4_096;

/// How long the end of the program may be delayed by a log that nothing reads.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Writes the queued lines on drop, for at most a second.
#[derive(Debug)]
#[must_use]
pub struct LogGuard(Option<WorkerGuard>);

/// Opens the log. A regular file is written directly: it has no reader to wait for, and its lines
/// survive SIGKILL. A pipe or a terminal gets a queue and a thread that writes.
pub(super) fn open(output: LogOutput) -> io::Result<(BoxMakeWriter, LogGuard)> {
    // A descriptor of its own, because a thread that is stuck in a write holds the lock of `Stdout`.
    let descriptor = match output {
        LogOutput::Stdout => io::stdout().as_fd().try_clone_to_owned(),
        LogOutput::Stderr => io::stderr().as_fd().try_clone_to_owned(),
    };
    let file = File::from(descriptor?);
    if file.metadata()?.is_file() {
        return Ok((BoxMakeWriter::new(Arc::new(file)), LogGuard(None)));
    }
    let dropped = Arc::new(OnceLock::new());
    let queue = QueuedLines { output: file, dropped: Arc::clone(&dropped), reported: 0 };
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(QUEUED_LINES)
        .thread_name("log")
        .finish(queue);
    // Cannot fail because nothing else sets it.
    let _ = dropped.set(writer.error_counter());
    Ok((BoxMakeWriter::new(writer), LogGuard(Some(guard))))
}

/// The end of the queue, on the thread that writes.
struct QueuedLines<W> {
    output: W,
    dropped: Arc<OnceLock<ErrorCounter>>,
    /// The number of dropped lines that the log has reported.
    reported: usize,
}

impl<W: Write> Write for QueuedLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    /// Reports the dropped lines. The queue is empty when this is called, so the report fits.
    fn flush(&mut self) -> io::Result<()> {
        let dropped = self.dropped.get().map_or(0, ErrorCounter::dropped_lines);
        if dropped > self.reported {
            tracing::warn!(
                lines.dropped = dropped - self.reported,
                "log lines were dropped because the log was not read"
            );
            self.reported = dropped;
        }
        self.output.flush()
    }
}

impl Drop for LogGuard {
    /// Waits on another thread, because `WorkerGuard` prints a message about a full queue on
    /// standard output, and the print blocks if nothing reads standard output.
    fn drop(&mut self) {
        let Some(guard) = self.0.take() else { return };
        let (sender, flushed) = mpsc::channel();
        let flush = move || {
            drop(guard);
            let _ = sender.send(());
        };
        if thread::Builder::new().name("log flush".to_owned()).spawn(flush).is_ok() {
            let _ = flushed.recv_timeout(FLUSH_TIMEOUT);
        }
    }
}
