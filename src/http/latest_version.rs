//! `GET /latest-version`: the newest firmware release as plain text.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use headers::{HeaderMapExt, IfNoneMatch};
use serde::Deserialize;

use super::error::HttpError;
use crate::releases::rollout::Group;
use crate::releases::{Channel, Releases};

#[derive(Deserialize)]
pub(super) struct LatestVersionQuery {
    /// Whether development releases are considered: `?dev`, `?dev=1`, `?dev=true`, `?dev=0` or
    /// `?dev=false`.
    dev: Option<String>,
    /// The roll-out group of the device, 0 to 99.
    group: Option<String>,
}

impl LatestVersionQuery {
    fn channel(&self) -> Result<Channel, HttpError> {
        match self.dev.as_deref() {
            None | Some("0" | "false") => Ok(Channel::Release),
            Some("" | "1" | "true") => Ok(Channel::Development),
            Some(_) => {
                Err(HttpError::BadParameter("dev is not one of 1, true, 0 and false".to_owned()))
            }
        }
    }

    fn group(&self) -> Result<Option<Group>, HttpError> {
        let group = self.group.as_deref().map(str::parse).transpose();
        group.map_err(|error| HttpError::BadParameter(format!("group is invalid: {error}")))
    }
}

pub(super) async fn latest_version(
    State(releases): State<Releases>,
    query: Result<Query<LatestVersionQuery>, QueryRejection>,
    request_headers: HeaderMap,
) -> Result<Response, HttpError> {
    let Query(query) = query?;
    let version = releases.latest(query.channel()?, query.group()?).await?;
    let version = version.ok_or(HttpError::NotFound)?.to_string();
    // The whole response is the version, so the version identifies it.
    let etag = format!("\"{version}\"");
    let is_known = is_known(&request_headers, &etag);
    let headers = [(ETAG, etag.as_str()), (CACHE_CONTROL, "public, max-age=300")];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, version).into_response())
}

/// Whether the client has a response with this entity tag.
fn is_known(request_headers: &HeaderMap, etag: &str) -> bool {
    match (request_headers.typed_get::<IfNoneMatch>(), etag.parse()) {
        (Some(condition), Ok(etag)) => !condition.precondition_passes(&etag),
        _ => false,
    }
}
