//! `POST /mqtt-receiver`: a batch of telemetry events from the Functions host.

use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderName;
use axum::http::header::ORIGIN;
use bytes::Bytes;

use super::error::HttpError;
use crate::functions_host::{Reply, read_events};
use crate::ingest::{Event, Report, ingest};
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

/// What the host delivers.
pub(super) struct Delivery {
    /// The host's name for this call.
    invocation: Option<String>,
    events: Vec<Event>,
}

impl<S: Send + Sync> FromRequest<S> for Delivery {
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, HttpError> {
        let headers = request.headers();
        if FOREIGN.iter().any(|name| headers.contains_key(name)) {
            return Err(HttpError::Foreign);
        }
        let invocation = headers.get("x-azure-functions-invocationid");
        let invocation = invocation.and_then(|id| id.to_str().ok()).map(str::to_owned);
        let body = Bytes::from_request(request, state).await?;
        Ok(Self { invocation, events: read_events(&body)? })
    }
}

pub(super) async fn mqtt_receiver(
    State(store): State<Store>,
    Delivery { invocation, events }: Delivery,
) -> Result<Reply, HttpError> {
    let received = events.len();
    let report = ingest(&store, events).await?;
    log(invocation.as_deref(), received, &report);
    Ok(report.into())
}

fn log(invocation: Option<&str>, received: usize, report: &Report) {
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
}
