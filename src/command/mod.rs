//! The program's commands.

pub mod dead_letters;
pub mod demo;
pub mod export;
pub mod import;
pub mod release;
pub mod serve;

use anyhow::Context;

/// The exit code for invalid arguments and settings.
pub const USAGE_ERROR: u8 = 2;

/// Creates a runtime with one thread for requests and further threads for blocking work. The thread
/// that handles a request also flushes its write to the disk, because passing the write to another
/// thread takes longer than the flush (see `docs/measurements.md`). Another thread serves the other
/// requests meanwhile.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("the runtime cannot be started")
}
