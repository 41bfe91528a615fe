//! `GET /latest-version`: the newest firmware release as plain text.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::error::HttpError;
use super::security_headers::RESOURCE_POLICY;
use crate::releases::Releases;

#[derive(Deserialize)]
pub(super) struct LatestVersionQuery {
    /// Whether development releases are considered: `?dev`, `?dev=1`, `?dev=true`, `?dev=0` or
    /// `?dev=false`.
    dev: Option<String>,
}

impl LatestVersionQuery {
    fn includes_development(&self) -> Result<bool, HttpError> {
        match self.dev.as_deref() {
            None | Some("0" | "false") => Ok(false),
            Some("" | "1" | "true") => Ok(true),
            Some(_) => {
                Err(HttpError::BadParameter("dev is not one of 1, true, 0 and false".to_owned()))
            }
        }
    }
}

pub(super) async fn latest_version(
    State(releases): State<Releases>,
    query: Result<Query<LatestVersionQuery>, QueryRejection>,
) -> Result<Response, HttpError> {
    let Query(query) = query?;
    let version = releases.latest(query.includes_development()?).await?;
    let version = version.ok_or(HttpError::NotFound)?;
    // The version is public, so pages of other sites may read it.
    let headers = [(CACHE_CONTROL, "public, max-age=60"), (RESOURCE_POLICY, "cross-origin")];
    Ok((headers, version.to_string()).into_response())
}
