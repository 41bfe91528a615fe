//! The program from outside: what the Functions host, a browser and the
//! command line see. One binary, whose tree mirrors the routes and commands.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and reads its own settings"
)]

mod access;
#[cfg(feature = "azure")]
mod azure;
mod browser;
#[cfg(feature = "azure")]
mod cosmos;
mod dashboard;
mod dead_letters;
mod dialect;
mod documented_commands;
mod documents;
mod firmware;
mod host;
mod import_export;
mod infrastructure;
mod latest_version;
mod layers;
mod lifecycle;
mod mqtt_receiver;
mod package;
mod prerequisites;
mod properties;
mod release;
mod scripts;
mod seeded_random;
mod server;
mod settings;
mod store;
