//! The condition `If-Range`, which `ServeDir` ignores.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{ETAG, IF_RANGE, LAST_MODIFIED, RANGE};
use axum::middleware::Next;
use axum::response::Response;

/// Replies with the whole file instead of a range if the file has changed since the client received the
/// first part. Otherwise the client would join parts of two different files.
pub(super) async fn check(request: Request, next: Next) -> Response {
    let Some(expected) = request.headers().get(IF_RANGE).cloned() else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let response = next.clone().run(Request::from_parts(parts.clone(), body)).await;
    let is_expected =
        [ETAG, LAST_MODIFIED].iter().any(|name| response.headers().get(name) == Some(&expected));
    match response.status() {
        StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE if !is_expected => {
            parts.headers.remove(RANGE);
            next.run(Request::from_parts(parts, Body::empty())).await
        }
        _ => response,
    }
}
