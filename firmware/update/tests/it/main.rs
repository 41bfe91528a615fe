//! The tests of the crate, with files that the `minisign` crate signed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod decisions;
mod flash;
mod golden;
mod installation;
mod large_image;
mod malformed_files;
mod public_keys;
mod records;
mod refusals;
mod signer;
mod simulation;
mod telink_image;
mod telink_outcomes;
mod telink_update;
mod updates;

#[path = "../simulated_chip/mod.rs"]
mod simulated_chip;
