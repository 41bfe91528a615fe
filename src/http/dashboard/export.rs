//! Exports everything that is known about a home as a file.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::VisibleHome;
use super::api::parse_days;
use crate::export::{Format, export as write_export};
use crate::http::error::HttpError;
use crate::store::Store;

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
    let content = write_export(&store, &home, days, format, &zone).await?;
    let name =
        format!("attachment; filename=\"cloudsmets-{}-{}.{}\"", days.from, days.to, format.name());
    Ok(([(CONTENT_TYPE, format.media_type()), (CONTENT_DISPOSITION, name.as_str())], content)
        .into_response())
}
