//! `POST /mqtt-receiver`: a batch of telemetry events from the Functions host.

use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use bytes::Bytes;

use super::error::HttpError;
use crate::functions_host::{Reply, read_events};
use crate::ingest::ingest;
use crate::store::Store;

/// The largest body: 100 events of 256 KB in base64 fit twice.
pub(super) const LARGEST_BODY: usize = 64 * 1024 * 1024;

pub(super) async fn mqtt_receiver(
    State(store): State<Store>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Reply, HttpError> {
    // Only a browser says where its page is from, and no page may write readings.
    if headers.contains_key(ORIGIN) {
        return Err(HttpError::FromAPage);
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
