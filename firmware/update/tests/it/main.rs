//! The tests of the crate, with files that the `minisign` crate signed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod flash;
mod golden;
mod installation;
mod malformed_files;
mod public_keys;
mod refusals;
mod signer;
