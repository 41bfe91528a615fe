//! CloudSMETS stores the telemetry of smart meters in Great Britain and shows it. The modules and
//! their layers are described in `docs/architecture.md`.

#[cfg(feature = "azure")]
pub mod azure;
pub mod clock;
pub mod command;
pub mod config;
pub mod demo;
pub mod domain;
pub mod export;
pub mod functions_host;
pub(crate) mod html;
pub mod http;
pub mod import;
pub mod ingest;
pub mod log;
pub mod releases;
pub mod report;
pub mod server;
pub mod store;
