//! `POST /mqtt-receiver`: a batch of telemetry events from the Functions host.

use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderName};
use bytes::Bytes;

use super::error::HttpError;
use crate::functions_host::{Reply, read_events};
use crate::ingest::ingest;
use crate::store::Store;

/// What the host never sends of itself: a browser says where its page is from,
/// and Azure's front end whose request it passes on.
const FOREIGN: [HeaderName; 5] = [
    ORIGIN,
    HeaderName::from_static("x-arr-log-id"),
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-ms-client-principal"),
    HeaderName::from_static("x-ms-client-principal-id"),
];

/// The largest body: 100 events of 256 KB in base64 fit twice.
pub(super) const LARGEST_BODY: usize = 64 * 1024 * 1024;

pub(super) async fn mqtt_receiver(
    State(store): State<Store>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Reply, HttpError> {
    if FOREIGN.iter().any(|name| headers.contains_key(name)) {
        return Err(HttpError::Foreign);
    }
    let events = read_events(&body?)?;
    let received = events.len();
    let report = ingest(&store, events).await?;
    let invocation = headers.get("x-azure-functions-invocationid").and_then(|id| id.to_str().ok());
    tracing::debug!(
        invocation.id = invocation,
        batch.events = received,
        batch.accepted = report.accepted,
        batch.rejected = report.rejected.len(),
        "batch stored"
    );
    for rejected in &report.rejected {
        tracing::warn!(invocation.id = invocation, event.rejected = %rejected, "event kept aside");
    }
    Ok(report.into())
}
