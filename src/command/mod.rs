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

/// A runtime with one thread for requests, and others for reads of the disk.
/// A write is flushed on the thread that took its request: passing it to
/// another costs more than the flush, and requests that arrive meanwhile share
/// the next one (see `docs/measurements.md`).
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("the runtime cannot be started")
}
