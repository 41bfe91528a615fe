//! A server in the test's own process, with limits and time-outs that the test chooses.

use std::time::Duration;

use axum::Router;
use cloudsmets::server::{Limits, serve};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, oneshot};

use crate::host::Connection;

/// Short enough to wait for.
pub(super) const SHORT: Duration = Duration::from_millis(50);

/// Longer than any test.
const LONG: Duration = Duration::from_secs(600);

/// Limits that no test reaches.
pub(super) const UNLIMITED: Limits = Limits {
    header: LONG,
    idle: LONG,
    body: LONG,
    write: LONG,
    header_bytes: 16 << 10,
    connections: None,
};

/// A running server. Dropping it ends its threads.
pub(super) struct Server {
    pub(super) port: u16,
    runtime: Option<Runtime>,
    shutdown: Option<oneshot::Sender<()>>,
}

impl Server {
    pub(super) fn start(limits: Limits, router: Router) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.unwrap();
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (shutdown, shutdown_receiver) = oneshot::channel::<()>();
        runtime.spawn(serve(listener, router, limits, async move {
            let _ = shutdown_receiver.await;
        }));
        Self { port, runtime: Some(runtime), shutdown: Some(shutdown) }
    }

    pub(super) fn connect(&self) -> Connection {
        Connection::open(self.port).unwrap()
    }

    /// Waits until a handler has notified.
    pub(super) fn wait_for(&self, notify: &Notify) {
        self.runtime.as_ref().unwrap().block_on(notify.notified());
    }

    /// Tells the server to stop.
    pub(super) fn shut_down(&mut self) {
        self.shutdown.take().unwrap().send(()).unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}
