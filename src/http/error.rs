//! Errors and their HTTP responses. The body of a 5xx response is a fixed sentence; the cause is
//! logged once. Authentication failures are handled in `access`.

use axum::Json;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::delivery_check::NotFromHost;
use crate::functions_host::InvalidEnvelope;
use crate::releases::ReleasesError;
use crate::store::StoreError;

/// The reason why a request fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Releases(#[from] ReleasesError),
    #[error(transparent)]
    Envelope(#[from] InvalidEnvelope),
    #[error("{0}")]
    BadParameter(String),
    #[error("the body is larger than {megabytes} MB")]
    BodyTooLarge { megabytes: usize },
    #[error("only the Functions host delivers telemetry: {0}")]
    NotFromHost(NotFromHost),
    #[error("not found")]
    NotFound,
    #[error("the page cannot be rendered: {0}")]
    Page(#[from] askama::Error),
}

impl HttpError {
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Store(error) if error.is_unreadable_document() => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Store(_) | Self::Releases(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Envelope(_) | Self::BadParameter(_) => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotFromHost(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Page(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Converts the rejection of a body that may have at most `limit` bytes.
    pub(super) fn from_body(rejection: &BytesRejection, limit: usize) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge { megabytes: limit >> 20 },
            _ => Self::BadParameter(rejection.body_text()),
        }
    }

    /// The text that the client receives.
    fn public_message(&self) -> String {
        match self {
            Self::Store(error) if error.is_unreadable_document() => {
                format!("the readings of this home cannot be read: {error}")
            }
            Self::Store(_) => "the store is unavailable; try again in a moment".to_owned(),
            Self::Releases(_) => "the releases cannot be read; try again in a moment".to_owned(),
            Self::Page(_) => "this page cannot be rendered".to_owned(),
            Self::NotFound => "there is nothing here".to_owned(),
            Self::Envelope(_)
            | Self::BadParameter(_)
            | Self::BodyTooLarge { .. }
            | Self::NotFromHost(_) => self.to_string(),
        }
    }

    pub(super) fn log(&self) {
        let status = self.status().as_u16();
        match self {
            Self::Store(error) => {
                tracing::error!(status, store.transient = error.is_transient(), error = %error, "store failed");
            }
            // Anyone can send this request, so `releases` logs an outage once instead.
            Self::Releases(_) => tracing::debug!(status, error = %self, "request failed"),
            Self::Page(_) => {
                tracing::error!(status, error = %self, "request failed")
            }
            Self::Envelope(_) | Self::BodyTooLarge { .. } => {
                tracing::warn!(status, error = %self, "batch refused")
            }
            // `delivery_check` logs the first refusal of each kind as an error.
            Self::BadParameter(_) | Self::NotFound | Self::NotFromHost(_) => {
                tracing::debug!(status, error = %self, "refused")
            }
        }
    }
}

/// The text names the parameter that is invalid.
impl From<QueryRejection> for HttpError {
    fn from(rejection: QueryRejection) -> Self {
        Self::BadParameter(rejection.body_text())
    }
}

/// A path that is not valid UTF-8 matches nothing.
impl From<PathRejection> for HttpError {
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}

#[derive(Serialize)]
struct ErrorBody {
    error: String,
}

/// The body is `{"error":"..."}`.
impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        self.log();
        (self.status(), Json(ErrorBody { error: self.public_message() })).into_response()
    }
}
