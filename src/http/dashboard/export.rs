//! Streams everything that is known about a home as a file.

use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, StreamExt};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::VisibleHome;
use super::api::parse_days;
use crate::export::{self, ExportError, ExportRequest, ExportStream, Format};
use crate::http::error::HttpError;
use crate::store::{Store, StoreError};

/// A client that reads nothing for this time is cut off, so that it does not block other exports.
const STALL_LIMIT: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
pub(in crate::http) struct ExportQuery {
    from: Option<String>,
    to: Option<String>,
    format: Option<String>,
}

pub(in crate::http) async fn export(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    VisibleHome(home): VisibleHome,
    query: Result<Query<ExportQuery>, QueryRejection>,
) -> Result<Response, HttpError> {
    let Query(query) = query?;
    let days = parse_days(query.from.as_deref(), query.to.as_deref())?;
    let format: Format = match query.format.as_deref() {
        Some(format) => {
            format.parse().map_err(|error| HttpError::BadParameter(format!("format: {error}")))?
        }
        None => return Err(HttpError::BadParameter("format: is missing".to_owned())),
    };
    let stall_limit = Some(STALL_LIMIT);
    let chunks = export::start(store, ExportRequest { home, days, format, zone, stall_limit });
    let body = streamed_body(chunks).await?;
    let name =
        format!("attachment; filename=\"cloudsmets-{}-{}.{}\"", days.from, days.to, format.name());
    Ok(([(CONTENT_TYPE, format.media_type()), (CONTENT_DISPOSITION, name.as_str())], body)
        .into_response())
}

/// Waits for the first chunk, so that an export that fails at once still gets an error response. A
/// later failure breaks the transfer off without the final chunk of the encoding.
async fn streamed_body(mut chunks: ExportStream) -> Result<Body, HttpError> {
    let first = chunks.next().await.transpose()?;
    let rest = stream::unfold(chunks, async |mut chunks| {
        let chunk = chunks.next().await?;
        if let Err(error) = &chunk {
            tracing::error!(error = %error, "export broken off");
        }
        Some((chunk, chunks))
    });
    Ok(Body::from_stream(stream::iter(first.map(Ok)).chain(rest)))
}

impl From<ExportError> for HttpError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Store(error) => error.into(),
            ExportError::CutOff => StoreError::Closed.into(),
        }
    }
}
