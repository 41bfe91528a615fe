//! From settings to a running service.

use std::io;
use std::net::SocketAddr;
#[cfg(feature = "azure")]
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[cfg(feature = "azure")]
use crate::azure;
#[cfg(feature = "azure")]
use crate::config::AzureIdentity;
use crate::config::{Config, Listen, ReleasesLocation, StoreLocation};
use crate::http::{Access, App, RouteSet};
use crate::releases::Releases;
use crate::store::Store;

/// Opens what the settings name.
///
/// # Errors
/// When the store cannot be opened or there is no usable identity. Azure is
/// not waited for: what it does not answer is found out by requests.
pub fn open_app(config: &Config) -> anyhow::Result<App> {
    Ok(App {
        store: open_store(config)?,
        releases: open_releases(config)?,
        access: Access::new(&config.auth).context("a password cannot be generated")?,
        zone: config.time_zone.clone(),
        in_azure: config.in_azure,
    })
}

/// Opens the store that the settings name.
///
/// # Errors
/// When it cannot be opened or there is no usable identity.
pub fn open_store(config: &Config) -> anyhow::Result<Store> {
    match &config.store {
        StoreLocation::Directory(directory) => {
            Ok(Store::open_embedded(directory, &config.time_zone)?)
        }
        StoreLocation::NotConfigured => Ok(Store::NotConfigured),
        #[cfg(feature = "azure")]
        StoreLocation::Cosmos { endpoint, database } => {
            let account = endpoint.reveal().parse()?;
            let credential = azure_credential(&config.azure_identity)?;
            Ok(Store::cosmos(account, credential, database, &config.time_zone))
        }
        #[cfg(not(feature = "azure"))]
        StoreLocation::Cosmos { .. } => {
            anyhow::bail!("this program was built without the feature azure")
        }
    }
}

/// Opens the releases that the settings name.
///
/// # Errors
/// When there is no usable identity.
pub fn open_releases(config: &Config) -> anyhow::Result<Releases> {
    match &config.releases {
        ReleasesLocation::NotConfigured => Ok(Releases::not_configured()),
        ReleasesLocation::Directory(directory) => Ok(Releases::directory(directory.clone())),
        #[cfg(feature = "azure")]
        ReleasesLocation::Container(url) => {
            // A signature is all that is needed; a token beside it would be refused.
            let credential = if url.is_signed() {
                None
            } else {
                Some(azure_credential(&config.azure_identity)?)
            };
            Ok(Releases::container(url.reveal(), url.to_string(), credential)?)
        }
        #[cfg(not(feature = "azure"))]
        ReleasesLocation::Container(url) => anyhow::bail!("{url} needs the feature azure"),
    }
}

#[cfg(feature = "azure")]
fn azure_credential(
    identity: &AzureIdentity,
) -> Result<Arc<dyn azure::TokenCredential>, azure::CredentialError> {
    match identity {
        AzureIdentity::Managed(client_id) => azure::managed_identity(client_id.clone()),
        AzureIdentity::Developer => azure::developer_tools(),
    }
}

/// What the settings make reachable.
#[must_use]
pub const fn surface(listen: Listen) -> RouteSet {
    match listen {
        Listen::CustomHandler(port) => RouteSet::CustomHandler { port },
        Listen::StandAlone(_) => RouteSet::StandAlone,
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
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let (shutdown_sender, shutdown_receiver) = oneshot::channel();
    let shutdown = async move {
        shutdown.await;
        let _ = shutdown_sender.send(());
    };
    let timed_out = async move {
        let _ = shutdown_receiver.await;
        tokio::time::sleep(SHUTDOWN_TIMEOUT).await;
    };
    tokio::select! {
        result = axum::serve(listener, service).with_graceful_shutdown(shutdown) => result,
        // Somebody holds a connection open and says nothing.
        () = timed_out => Ok(()),
    }
}

/// How long requests under way may take once the program is told to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);
