//! From settings to a running service.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::config::{Config, Listen};
use crate::http::{App, Surface};
use crate::releases::Releases;
use crate::store::{Store, StoreError};

/// Opens what the settings name.
///
/// # Errors
/// [`StoreError`] when the store cannot be opened.
pub fn open(config: &Config) -> Result<App, StoreError> {
    Ok(App {
        store: Store::open_embedded(&config.data_dir, &config.zone)?,
        releases: Releases::new(config.releases.clone()),
        auth: Arc::new(config.auth.clone()),
        zone: config.zone.clone(),
    })
}

/// What the settings make reachable.
#[must_use]
pub const fn surface(listen: Listen) -> Surface {
    match listen {
        Listen::CustomHandler(_) => Surface::CustomHandler,
        Listen::StandAlone(_) => Surface::StandAlone,
    }
}

/// Answers requests until `shutdown` ends.
///
/// # Errors
/// The system's, when the listener fails.
pub async fn serve(
    listener: TcpListener,
    service: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    use axum::serve::ListenerExt;
    // Small replies leave at once, not when the other side has acknowledged the last.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let (told, stopping) = oneshot::channel();
    let shutdown = async move {
        shutdown.await;
        let _ = told.send(());
    };
    let overdue = async move {
        let _ = stopping.await;
        tokio::time::sleep(LONGEST_FAREWELL).await;
    };
    tokio::select! {
        served = axum::serve(listener, service).with_graceful_shutdown(shutdown) => served,
        // Somebody holds a connection open and says nothing.
        () = overdue => Ok(()),
    }
}

/// How long requests under way may take once the program is told to stop.
const LONGEST_FAREWELL: Duration = Duration::from_secs(3);
