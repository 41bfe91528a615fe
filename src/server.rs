//! From settings to a running service.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[cfg(feature = "azure")]
use crate::azure;
#[cfg(feature = "azure")]
use crate::config::Identity;
use crate::config::{Config, Listen, ReleasesAt, StoreAt};
use crate::http::{App, Surface};
use crate::releases::Releases;
use crate::store::Store;

/// Opens what the settings name.
///
/// # Errors
/// When the store cannot be opened or there is no usable identity. Azure is
/// not waited for: what it does not answer is found out by requests.
pub fn open(config: &Config) -> anyhow::Result<App> {
    Ok(App {
        store: open_store(config)?,
        releases: open_releases(config)?,
        auth: Arc::new(config.auth.clone()),
        zone: config.zone.clone(),
    })
}

/// Opens the store that the settings name.
///
/// # Errors
/// When it cannot be opened or there is no usable identity.
pub fn open_store(config: &Config) -> anyhow::Result<Store> {
    match &config.store {
        StoreAt::Directory(directory) => Ok(Store::open_embedded(directory, &config.zone)?),
        StoreAt::Nowhere => Ok(Store::Nowhere),
        #[cfg(feature = "azure")]
        StoreAt::Cosmos { endpoint, database } => {
            let account = endpoint.reveal().parse()?;
            let credential = credential(&config.identity)?;
            Ok(Store::cosmos(account, credential, database, &config.zone))
        }
        #[cfg(not(feature = "azure"))]
        StoreAt::Cosmos { .. } => anyhow::bail!("this program was built without the feature azure"),
    }
}

/// Opens the releases that the settings name.
///
/// # Errors
/// When there is no usable identity.
pub fn open_releases(config: &Config) -> anyhow::Result<Releases> {
    match &config.releases {
        ReleasesAt::Nowhere => Ok(Releases::nowhere()),
        ReleasesAt::Directory(directory) => Ok(Releases::directory(directory.clone())),
        #[cfg(feature = "azure")]
        ReleasesAt::Container(address) => {
            // A signature is all that is needed; a token beside it would be refused.
            let credential =
                if address.is_signed() { None } else { Some(credential(&config.identity)?) };
            Ok(Releases::container(address.reveal(), address.to_string(), credential)?)
        }
        #[cfg(not(feature = "azure"))]
        ReleasesAt::Container(address) => anyhow::bail!("{address} needs the feature azure"),
    }
}

#[cfg(feature = "azure")]
fn credential(identity: &Identity) -> Result<Arc<dyn azure::TokenCredential>, azure::BadIdentity> {
    match identity {
        Identity::Managed(client_id) => azure::managed(client_id.clone()),
        Identity::Developer => azure::developer(),
    }
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
