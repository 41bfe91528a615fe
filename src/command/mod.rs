//! What the program's commands do.

pub mod dead_letters;
pub mod demo;
pub mod export;
pub mod import;
pub mod releases;
pub mod serve;

use anyhow::Context;

/// Exit code for arguments and settings that cannot be used.
pub const USAGE_ERROR: u8 = 2;

/// Starts a runtime with one thread for requests and others for blocking work.
/// A write is flushed on the thread of its request, because passing it to
/// another thread takes longer than the flush (see `docs/measurements.md`);
/// another thread serves the other requests meanwhile.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("the runtime cannot be started")
}
