//! `POST /mqtt-receiver`: batches of telemetry in the Functions host's envelope.

mod body_size;
mod dead_letters;
mod delivery;
mod device_id;
mod dialects;
mod fixtures;
mod metadata_entries;
mod pending_write;
mod rejected_requests;
mod request_origin;
mod store_failures;

/// 2026-01-02T03:00:00Z, the start of a half-hour.
const HALF_HOUR: i64 = 1_767_322_800;
