//! CloudSMETS: what stands behind a GB smart-meter reader. See `docs/architecture.md`.

pub mod domain;
