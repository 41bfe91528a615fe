//! Passes the requests of one connection to the router, and records when each is in flight.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::header::AUTHORIZATION;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::{Request, Response};
use tower::Service;
use tower_http::timeout::TimeoutBody;

use super::connection::{Connection, RequestInFlight};
use crate::http::ReleasableConnection;

/// The connection is being closed to make room for another, so the request is not handled.
#[derive(Debug, thiserror::Error)]
#[error("the connection is being closed")]
pub(super) struct Closing;

/// Answers the requests of one connection.
#[derive(Clone, Debug)]
pub(super) struct RequestHandler {
    pub(super) router: Router,
    pub(super) connection: Arc<Connection>,
    pub(super) peer: SocketAddr,
    pub(super) body_timeout: Duration,
}

impl RequestHandler {
    /// Answers a request whose header is complete.
    ///
    /// # Errors
    /// Fails if the connection is being closed.
    pub(super) async fn answer(
        mut self,
        request: Request<Incoming>,
    ) -> Result<Response<ResponseBody>, Closing> {
        let has_body = !request.body().is_end_stream();
        let in_flight = self.connection.begin_request(has_body).ok_or(Closing)?;
        let mut request = request.map(|body| self.request_body(body, has_body));
        request.extensions_mut().insert(ConnectInfo(self.peer));
        if request.headers().contains_key(AUTHORIZATION) {
            let connection = Arc::clone(&self.connection);
            let releasable = ReleasableConnection::new(move || connection.release());
            request.extensions_mut().insert(releasable);
        }
        let Ok(response) = self.router.call(request).await;
        Ok(response.map(|body| ResponseBody { body, _in_flight: in_flight }))
    }

    fn request_body(&self, body: Incoming, has_body: bool) -> Body {
        if !has_body {
            return Body::empty();
        }
        let body = RequestBody { body, connection: Arc::clone(&self.connection) };
        Body::new(TimeoutBody::new(self.body_timeout, body))
    }
}

/// A request's body, which records when all of it has been received.
struct RequestBody {
    body: Incoming,
    connection: Arc<Connection>,
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if self.body.is_end_stream() || matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.connection.body_finished();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        self.connection.body_finished();
    }
}

/// A response's body. The request is in flight until all of it has been passed to the connection.
#[derive(Debug)]
pub(super) struct ResponseBody {
    body: Body,
    _in_flight: RequestInFlight,
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
