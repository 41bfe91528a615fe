//! Checks that a delivery of telemetry comes from the Functions host itself.
//!
//! The handler listens on the loopback address, but a browser on this machine can post there, and
//! the host forwards requests of visitors. The host's own deliveries always have certain headers
//! and never have others. A refused delivery stalls its partition, so refusals are logged as errors.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::HttpError;
use super::request_origin::{forwarding_header, is_addressed_to_loopback};
use super::trace::invocation_id;

/// Why a delivery does not come from the Functions host. The host sends the same headers each time,
/// so one log line for each reason is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[repr(u8)]
pub(super) enum NotFromHost {
    #[error("a browser sent this request, because it has an Origin header")]
    Browser,
    #[error("a proxy forwarded this request, because it has a forwarding header")]
    Forwarded,
    #[error("the Content-Type header is not application/json")]
    ContentType,
    #[error("the X-Azure-Functions-InvocationId header is missing")]
    InvocationId,
    #[error("there is not exactly one Host header that names localhost or a loopback address")]
    Host,
}

/// The bit of [`DeliveryCheck::logged`] for a loopback host other than the expected one.
const UNEXPECTED_HOST: u8 = 1 << 7;

/// The check of one handler process.
#[derive(Debug)]
pub(super) struct DeliveryCheck {
    /// The Host header that the Functions host is expected to send.
    expected_host: String,
    /// A bit for each kind of log line that was written.
    logged: AtomicU8,
}

impl DeliveryCheck {
    pub(super) fn new(port: u16) -> Arc<Self> {
        Arc::new(Self { expected_host: format!("127.0.0.1:{port}"), logged: AtomicU8::new(0) })
    }

    fn check(&self, request: &Request) -> Result<(), NotFromHost> {
        let headers = request.headers();
        if headers.contains_key(ORIGIN) {
            return Err(NotFromHost::Browser);
        }
        if forwarding_header(headers).is_some() {
            return Err(NotFromHost::Forwarded);
        }
        if !is_json(headers) {
            return Err(NotFromHost::ContentType);
        }
        if invocation_id(headers).is_none() {
            return Err(NotFromHost::InvocationId);
        }
        if !is_addressed_to_loopback(request.uri(), headers) {
            return Err(NotFromHost::Host);
        }
        Ok(())
    }

    fn is_first(&self, bit: u8) -> bool {
        self.logged.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }

    fn log_unexpected_host(&self, headers: &HeaderMap) {
        let is_expected = headers.get(HOST).is_some_and(|host| host == self.expected_host.as_str());
        if !is_expected && self.is_first(UNEXPECTED_HOST) {
            tracing::warn!(
                host.expected = self.expected_host,
                "deliveries have another loopback Host header than expected; they are accepted"
            );
        }
    }
}

/// Passes deliveries of the Functions host on, and refuses all other requests.
pub(super) async fn require_functions_host(
    State(check): State<Arc<DeliveryCheck>>,
    request: Request,
    next: Next,
) -> Response {
    match check.check(&request) {
        Ok(()) => {
            check.log_unexpected_host(request.headers());
            next.run(request).await
        }
        Err(reason) => {
            if check.is_first(1 << reason as u8) {
                tracing::error!(
                    error = %reason,
                    "delivery refused; if it came from the Functions host, its partition waits"
                );
            }
            HttpError::NotFromHost(reason).into_response()
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}
