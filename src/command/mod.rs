//! The program's commands.

pub mod dead_letters;
pub mod demo;
pub mod export;
pub mod import;
pub mod releases;
pub mod serve;

use anyhow::Context;

/// The exit code for invalid arguments and settings.
pub const USAGE_ERROR: u8 = 2;

/// Creates a runtime with one thread for requests and further threads for reads of the disk.
/// The thread that handles a request also flushes its write to the disk: passing the write to
/// another thread costs more than the flush, and requests that arrive during a flush share the next
/// one (see `docs/measurements.md`).
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("the runtime cannot be started")
}
