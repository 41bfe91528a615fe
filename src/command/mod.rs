//! What the program's commands do.

pub mod demo;
pub mod export;
pub mod import;
pub mod serve;

use anyhow::Context;

/// Exit code for arguments and settings that cannot be used.
pub const BAD_USE: u8 = 2;

/// A runtime with a few threads: requests are short, and two cores are usual.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the runtime cannot be started")
}
