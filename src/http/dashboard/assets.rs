//! The style sheet, script and icon of the pages, which are compiled into the program.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::http::error::HttpError;

pub(in crate::http) async fn asset(Path(name): Path<String>) -> Result<Response, HttpError> {
    let (content_type, content) = match name.as_str() {
        "cloudsmets.css" => {
            ("text/css; charset=utf-8", include_str!("../../../assets/cloudsmets.css"))
        }
        "live.js" => ("text/javascript; charset=utf-8", include_str!("../../../assets/live.js")),
        "favicon.svg" => ("image/svg+xml", include_str!("../../../assets/favicon.svg")),
        _ => return Err(HttpError::NotFound),
    };
    let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, content).into_response())
}
