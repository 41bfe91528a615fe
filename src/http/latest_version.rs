//! `GET /latest-version`: the newest firmware release as plain text.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::error::HttpError;
use crate::releases::Releases;

/// `?dev` also considers development releases, whatever its value.
#[derive(Deserialize)]
pub(super) struct LatestVersionQuery {
    dev: Option<String>,
}

pub(super) async fn latest_version(
    State(releases): State<Releases>,
    query: Result<Query<LatestVersionQuery>, QueryRejection>,
) -> Result<Response, HttpError> {
    let Query(query) = query?;
    let version = releases.latest(query.dev.is_some()).await?.ok_or(HttpError::NotFound)?;
    Ok(([(CACHE_CONTROL, "public, max-age=60")], version.to_string()).into_response())
}
