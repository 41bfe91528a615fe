//! From settings to a running service.

use std::io;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;

use crate::config::{Config, Listen};
use crate::http::{App, Surface, router};
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

/// The service.
pub fn service(app: App, surface: Surface) -> Router {
    router(app, surface)
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
    axum::serve(listener, service).with_graceful_shutdown(shutdown).await
}
