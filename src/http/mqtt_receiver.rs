//! `POST /mqtt-receiver`: a batch of telemetry events from the Functions host.

use axum::extract::{FromRequest, Request, State};
use bytes::Bytes;

use super::error::HttpError;
use crate::functions_host::{Reply, read_events};
use crate::ingest::{Event, IngestReport, ingest};
use crate::store::Store;

/// The largest body, in bytes. `maxEventBatchSize` in `host.json` is chosen so that the largest batch
/// of the largest events fits.
pub(super) const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// The events of the host's envelope.
pub(super) struct DeliveredBatch(Vec<Event>);

impl<S: Send + Sync> FromRequest<S> for DeliveredBatch {
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, HttpError> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| HttpError::from_body(&rejection, MAX_BODY_BYTES))?;
        Ok(Self(read_events(&body)?))
    }
}

pub(super) async fn mqtt_receiver(
    State(store): State<Store>,
    DeliveredBatch(events): DeliveredBatch,
) -> Result<Reply, HttpError> {
    let event_count = events.len();
    let report = ingest(&store, events).await?;
    log(event_count, &report);
    Ok(report.into())
}

fn log(event_count: usize, report: &IngestReport) {
    tracing::debug!(
        batch.events = event_count,
        batch.accepted = report.accepted,
        batch.rejected = report.rejected.len(),
        "batch stored"
    );
    for rejected in &report.rejected {
        tracing::warn!(event.rejected = %rejected, "event dead-lettered");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decode::LARGEST_EVENT;

    /// A byte of application properties is escaped twice: `\u0001` in the
    /// array is `\\u0001` in the string that contains the array.
    const MAX_BYTES_PER_BYTE: usize = r"\\u0001".len();

    #[test]
    fn the_largest_batch_of_the_largest_events_fits_the_body_limit() {
        let host: serde_json::Value =
            serde_json::from_str(include_str!("../../host.json")).unwrap();
        let events = host["extensions"]["eventHubs"]["maxEventBatchSize"].as_u64().unwrap();
        let largest = usize::try_from(events).unwrap() * LARGEST_EVENT * MAX_BYTES_PER_BYTE;
        assert!(largest <= MAX_BODY_BYTES, "{events} events may need {largest} bytes");
    }
}
