//! A span for each request, so that a log line can be related to its request and to the invocation
//! of the Functions host.

use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use tower_http::classify::{ServerErrorsAsFailures, SharedClassifier};
use tower_http::trace::{MakeSpan, OnResponse, TraceLayer};
use tracing::Span;
use tracing::field::Empty;

/// The longest invocation id that is logged. The host's ids have 36 characters, but on a public
/// listener a client chooses the header.
const MAX_ID_LENGTH: usize = 64;

pub(super) fn layer()
-> TraceLayer<SharedClassifier<ServerErrorsAsFailures>, RequestSpan, (), RequestSpan, (), (), ()> {
    // Failures are logged with their cause by `HttpError`.
    TraceLayer::new_for_http()
        .make_span_with(RequestSpan)
        .on_request(())
        .on_response(RequestSpan)
        .on_body_chunk(())
        .on_eos(())
        .on_failure(())
}

#[derive(Clone, Copy, Debug)]
pub(super) struct RequestSpan;

impl<B> MakeSpan<B> for RequestSpan {
    fn make_span(&mut self, request: &Request<B>) -> Span {
        let span = tracing::info_span!(
            "request",
            http.method = standard_method(request.method()),
            http.route = Empty,
            http.status = Empty,
            invocation.id = invocation_id(request.headers()),
        );
        // Record the route instead of the path, because a path may contain anything.
        if let Some(route) = request.extensions().get::<MatchedPath>() {
            span.record("http.route", route.as_str());
        }
        span
    }
}

impl<B> OnResponse<B> for RequestSpan {
    fn on_response(self, response: &Response<B>, latency: Duration, span: &Span) {
        let status = response.status().as_u16();
        span.record("http.status", status);
        tracing::debug!(status, duration_ms = latency.as_secs_f64() * 1e3, "response sent");
    }
}

/// The name of a method, or `other`: a client may invent methods of any length.
fn standard_method(method: &Method) -> &str {
    const STANDARD: [Method; 9] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::OPTIONS,
        Method::TRACE,
        Method::CONNECT,
    ];
    if STANDARD.contains(method) { method.as_str() } else { "other" }
}

/// Returns the id by which the Functions host names an invocation.
pub(super) fn invocation_id(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get("x-azure-functions-invocationid")?.to_str().ok()?;
    Some(id).filter(|id| !id.is_empty() && id.len() <= MAX_ID_LENGTH)
}
