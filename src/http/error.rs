//! What goes wrong, as HTTP: a 5xx says a fixed sentence, its cause goes to
//! the log, once. Whoever is not let in does not come here (`access`).

use axum::Json;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::functions_host::InvalidEnvelope;
use crate::releases::ReleasesError;
use crate::store::StoreError;

/// An answer that is not what was asked for.
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
    #[error("only the Functions host delivers telemetry")]
    NotFromHost,
    #[error("not found")]
    NotFound,
    #[error("the page cannot be made: {0}")]
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
            Self::NotFromHost => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Page(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Why a body could not be read of which `limit` bytes are allowed.
    pub(super) fn from_body(rejection: &BytesRejection, limit: usize) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge { megabytes: limit >> 20 },
            _ => Self::BadParameter(rejection.body_text()),
        }
    }

    /// What the caller may read.
    fn public_message(&self) -> String {
        match self {
            Self::Store(error) if error.is_unreadable_document() => {
                format!("the readings of this home cannot be read: {error}")
            }
            Self::Store(_) => "the store does not answer; try again in a moment".to_owned(),
            Self::Releases(_) => "the releases cannot be read; try again in a moment".to_owned(),
            Self::Page(_) => "this page cannot be made".to_owned(),
            Self::NotFound => "there is nothing here".to_owned(),
            Self::Envelope(_)
            | Self::BadParameter(_)
            | Self::BodyTooLarge { .. }
            | Self::NotFromHost => self.to_string(),
        }
    }

    pub(super) fn log(&self) {
        let status = self.status().as_u16();
        match self {
            Self::Store(error) => {
                tracing::error!(status, store.transient = error.is_transient(), error = %error, "store failed");
            }
            // Everybody may ask, so an outage is told where it is found and not for each who asks.
            Self::Releases(_) => tracing::debug!(status, error = %self, "request failed"),
            Self::Page(_) => {
                tracing::error!(status, error = %self, "request failed")
            }
            Self::Envelope(_) | Self::BodyTooLarge { .. } | Self::NotFromHost => {
                tracing::warn!(status, error = %self, "not the host's batch")
            }
            Self::BadParameter(_) | Self::NotFound => {
                tracing::debug!(status, error = %self, "refused")
            }
        }
    }
}

/// What the query says, or which of its parameters cannot be.
impl From<QueryRejection> for HttpError {
    fn from(rejection: QueryRejection) -> Self {
        Self::BadParameter(rejection.body_text())
    }
}

/// A path that is no text names nothing.
impl From<PathRejection> for HttpError {
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}

#[derive(Serialize)]
struct ErrorBody {
    error: String,
}

/// As data: `{"error":"..."}`.
impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        self.log();
        (self.status(), Json(ErrorBody { error: self.public_message() })).into_response()
    }
}
