//! Accepts connections and serves HTTP/1.1 on them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep, timeout};

use super::connections::{Connections, Slot};
use super::limits::Limits;
use super::request::RequestHandler;
use super::stream::Stream;

/// How long the requests in flight may take to finish after the shutdown began.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);

/// The pause after a failed attempt to accept a connection, for example because the process has no
/// descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The least time between two log lines about the same problem.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// Serves requests until `shutdown` completes. HTTP/2 is refused, whatever features other crates
/// enable in hyper. Each request has its client's address as [`axum::extract::ConnectInfo`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let acceptor = Acceptor { listener, router, limits, connections: Connections::default() };
    tokio::select! {
        () = acceptor.accept_all(&graceful) => {}
        () = shutdown => {}
    }
    drop(acceptor);
    // Gives up on clients that hold a connection open.
    let _ = timeout(SHUTDOWN_TIMEOUT, graceful.shutdown()).await;
}

struct Acceptor {
    listener: TcpListener,
    router: Router,
    limits: Limits,
    connections: Connections,
}

impl Acceptor {
    async fn accept_all(&self, graceful: &GracefulShutdown) {
        let (mut accept_log, mut limit_log) = (LogThrottle::default(), LogThrottle::default());
        for id in 0.. {
            let (stream, peer) = match self.listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    self.recover(&error, &mut accept_log).await;
                    continue;
                }
            };
            let limit = self.limits.connections;
            if self.connections.is_full(limit) && limit_log.is_due() {
                tracing::warn!(
                    connections.limit = limit,
                    "the connection limit is reached; closing the connection that has waited longest for its client"
                );
            }
            let slot = self.connections.add(id, limit).await;
            // Sends small responses at once. Nagle's algorithm would wait for an acknowledgement.
            let _ = stream.set_nodelay(true);
            let connection = Arc::clone(&slot.connection);
            let stream = Stream { stream, connection: Arc::clone(&connection) };
            let requests = RequestHandler {
                router: self.router.clone(),
                connection,
                peer,
                body_timeout: self.limits.body,
            };
            let watcher = graceful.watcher();
            tokio::spawn(serve_connection(stream, requests, slot, self.limits, watcher));
        }
    }

    /// Makes room after a failed attempt to accept a connection.
    async fn recover(&self, error: &io::Error, log: &mut LogThrottle) {
        if is_client_error(error) {
            return;
        }
        if log.is_due() {
            tracing::warn!(error = %error, "no connection can be accepted");
        }
        self.connections.close_longest_waiting();
        sleep(ACCEPT_PAUSE).await;
    }
}

async fn serve_connection(
    stream: Stream,
    requests: RequestHandler,
    slot: Slot,
    limits: Limits,
    watcher: Watcher,
) {
    let service = service_fn(move |request| requests.clone().answer(request));
    let connection = http1::Builder::new()
        .max_header_size(limits.header_bytes)
        // `Connection` holds this time-out. Hyper's would also cover the time between requests.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        result = watcher.watch(connection) => {
            if let Err(error) = result {
                tracing::trace!(error = %error, "a connection failed");
            }
        }
        () = slot.connection.closed(&limits) => {}
    }
}

/// Returns whether a client gave up before its connection was accepted.
fn is_client_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

/// Keeps a problem that recurs from filling the log.
#[derive(Default)]
struct LogThrottle {
    logged_at: Option<Instant>,
}

impl LogThrottle {
    /// Returns whether the problem has not been logged within [`LOG_INTERVAL`].
    fn is_due(&mut self) -> bool {
        let is_due = self.logged_at.is_none_or(|at| at.elapsed() >= LOG_INTERVAL);
        if is_due {
            self.logged_at = Some(Instant::now());
        }
        is_due
    }
}
