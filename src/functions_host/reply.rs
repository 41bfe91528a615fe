//! The reply to the host after a batch of events.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::ingest::IngestReport;

/// The reply to a batch. It is never empty, because the host waits for the
/// function's time-out after an empty 2xx. `ReturnValue` is an object, because
/// the host decodes any string that happens to be valid base64.
#[derive(Debug, Serialize)]
pub struct Reply {
    #[serde(rename = "Outputs")]
    outputs: EmptyObject,
    #[serde(rename = "Logs")]
    logs: Vec<String>,
    #[serde(rename = "ReturnValue")]
    return_value: Summary,
}

#[derive(Debug, Serialize)]
struct EmptyObject {}

#[derive(Debug, Serialize)]
struct Summary {
    accepted: usize,
    observations: usize,
    ignored: usize,
    rejected: usize,
}

/// The largest number of dead-lettered events listed in the host's log. The
/// store has all of them.
const MAX_LOGGED_REJECTIONS: usize = 20;

impl From<IngestReport> for Reply {
    fn from(report: IngestReport) -> Self {
        let summary = Summary {
            accepted: report.accepted,
            observations: report.observations,
            ignored: report.ignored,
            rejected: report.rejected.len(),
        };
        let summary_line = format!(
            "{} accepted with {} observations, {} ignored, {} dead-lettered",
            summary.accepted, summary.observations, summary.ignored, summary.rejected
        );
        let rejections = report.rejected.into_iter().take(MAX_LOGGED_REJECTIONS);
        let logs = std::iter::once(summary_line).chain(rejections).collect();
        Self { outputs: EmptyObject {}, logs, return_value: summary }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}
