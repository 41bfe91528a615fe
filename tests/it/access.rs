//! Authentication of visitors of the dashboard, and the headers that protect its responses.

mod direct;
mod easy_auth;
mod generated_password;
mod headers;
mod password;

use crate::dialect::Dialect;
use crate::host::{Batch, FunctionsHost, Settings};

const PATHS: [&str; 6] = [
    "/dashboard",
    "/dashboard/homes/dev-1",
    "/dashboard/homes/dev-1/day/2026-01-02",
    "/dashboard/api/v1/homes",
    "/dashboard/api/v1/homes/dev-1/live",
    "/dashboard/api/v1/homes/dev-1/export?from=2026-01-01&to=2026-02-01&format=csv",
];

/// Starts a handler that knows the home `dev-1`.
fn host(settings: Settings<'_>) -> FunctionsHost {
    let host = FunctionsHost::start_with(settings);
    host.deliver(&Batch::new(vec![Dialect::V1.event("dev-1", 1_767_322_800, 5_000)]));
    host
}
