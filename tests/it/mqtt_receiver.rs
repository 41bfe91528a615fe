//! `POST /mqtt-receiver`: batches of telemetry, as the Functions host posts them.

mod delivery;
mod dialects;
mod fixtures;
mod identity;
mod poison;
mod refusals;
mod store_trouble;

/// 2026-01-02T03:00:00Z, the start of a half-hour.
const HALF_HOUR: i64 = 1_767_322_800;
