//! What goes wrong, as HTTP: a 5xx says a fixed sentence, its cause goes to
//! the log, once. Whoever is not let in does not come here (`access`).

use axum::Json;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;

use super::dashboard::view::ErrorPage;
use super::mqtt_receiver::LARGEST_BODY;
use crate::functions_host::BadEnvelope;
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
    Envelope(#[from] BadEnvelope),
    #[error("{0}")]
    BadParameter(String),
    #[error("the body is larger than {} MB", LARGEST_BODY >> 20)]
    TooLarge,
    #[error("only the Functions host delivers telemetry")]
    Foreign,
    #[error("not found")]
    NotFound,
    #[error("the page cannot be made: {0}")]
    Page(#[from] askama::Error),
}

impl HttpError {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Store(_) | Self::Releases(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Envelope(_) | Self::BadParameter(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Page(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What the caller may read.
    fn sentence(&self) -> String {
        match self {
            Self::Store(_) => "the store does not answer; try again in a moment".to_owned(),
            Self::Releases(_) => "the releases cannot be read; try again in a moment".to_owned(),
            Self::Page(_) => "this page cannot be made".to_owned(),
            Self::NotFound => "there is nothing here".to_owned(),
            Self::Envelope(_) | Self::BadParameter(_) | Self::TooLarge | Self::Foreign => {
                self.to_string()
            }
        }
    }

    fn log(&self) {
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
            Self::Envelope(_) | Self::TooLarge | Self::Foreign => {
                tracing::warn!(status, error = %self, "not the host's batch")
            }
            Self::BadParameter(_) | Self::NotFound => {
                tracing::debug!(status, error = %self, "refused")
            }
        }
    }
}

impl From<BytesRejection> for HttpError {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::BadParameter(rejection.body_text()),
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
        (self.status(), Json(ErrorBody { error: self.sentence() })).into_response()
    }
}

/// An [`HttpError`] as a page.
pub(super) struct PageError(HttpError);

impl<E: Into<HttpError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = self.0.status();
        let sentence = match status {
            StatusCode::NOT_FOUND => "There is nothing at this address.",
            StatusCode::BAD_REQUEST => "This address is not one that the dashboard understands.",
            StatusCode::SERVICE_UNAVAILABLE => {
                "The readings cannot be reached right now. Try again in a moment."
            }
            _ => "This page cannot be shown.",
        };
        self.0.log();
        match askama::Template::render(&ErrorPage::new(status.as_u16(), sentence)) {
            Ok(page) => (status, Html(page)).into_response(),
            Err(_) => (status, sentence).into_response(),
        }
    }
}
