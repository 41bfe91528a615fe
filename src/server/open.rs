//! Opens what the settings name.

#[cfg(feature = "azure")]
use std::sync::Arc;

use anyhow::Context;

#[cfg(feature = "azure")]
use crate::azure;
#[cfg(feature = "azure")]
use crate::config::AzureIdentity;
use crate::config::{Config, Listen, ReleasesLocation, StoreLocation};
use crate::http::{Access, App, FirmwareDirectory, RouteSet};
use crate::releases::Releases;
#[cfg(feature = "azure")]
use crate::releases::storage::RequestLimits;
use crate::releases::storage::Storage;
use crate::store::Store;

/// Opens the store and the releases of the settings.
///
/// # Errors
/// Fails if the store cannot be opened or there is no usable Azure identity. Makes no requests to
/// Azure: a failure there surfaces on the first request that needs it.
pub fn open_app(config: &Config) -> anyhow::Result<App> {
    let store = open_store(config)?;
    Ok(App {
        store,
        releases: open_releases(config)?,
        firmware: firmware_directory(config)?,
        access: Access::new(&config.auth).context("a password cannot be generated")?,
        zone: config.time_zone.clone(),
        in_azure: config.in_azure,
    })
}

/// The directory that is served at `/firmware/`. Behind the Functions host, clients get the files from
/// the storage account.
///
/// # Errors
/// Fails if the readings would be served too. The data directory exists already, and so does a
/// directory that contains it.
fn firmware_directory(config: &Config) -> anyhow::Result<FirmwareDirectory> {
    let (Listen::StandAlone(_), ReleasesLocation::Directory(directory)) =
        (config.listen, &config.releases)
    else {
        return Ok(FirmwareDirectory(None));
    };
    if let StoreLocation::Directory(data) = &config.store
        && let (Ok(data), Ok(directory)) = (data.canonicalize(), directory.canonicalize())
        && data.starts_with(directory)
    {
        anyhow::bail!(
            "CLOUDSMETS_DATA_DIR is inside of the directory of RELEASES_URL, whose files are public: \
             choose another directory for one of them"
        );
    }
    Ok(FirmwareDirectory(Some(directory.clone())))
}

/// Opens the store of the settings.
///
/// # Errors
/// Fails if it cannot be opened or there is no usable Azure identity.
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

/// Opens the releases of the settings for the service.
///
/// # Errors
/// Fails if there is no usable Azure identity.
pub fn open_releases(config: &Config) -> anyhow::Result<Releases> {
    let storage = open_release_storage(config, ReleasesUser::Service)?;
    Ok(storage.map_or_else(Releases::not_configured, Releases::new))
}

/// Who uses the storage of the releases, which decides how long a request may take.
#[derive(Clone, Copy, Debug)]
pub enum ReleasesUser {
    Service,
    Operator,
}

/// Opens the storage of the releases, `None` if `RELEASES_URL` is not set.
///
/// # Errors
/// Fails if there is no usable Azure identity.
pub fn open_release_storage(
    config: &Config,
    #[cfg_attr(
        not(feature = "azure"),
        expect(unused_variables, reason = "a directory has no limits")
    )]
    user: ReleasesUser,
) -> anyhow::Result<Option<Storage>> {
    match &config.releases {
        ReleasesLocation::NotConfigured => Ok(None),
        ReleasesLocation::Directory(directory) => Ok(Some(Storage::directory(directory.clone()))),
        #[cfg(feature = "azure")]
        ReleasesLocation::Container(url) => {
            // Azure refuses a request that has both a signature and a token.
            let credential = if url.is_signed() {
                None
            } else {
                Some(azure_credential(&config.azure_identity)?)
            };
            let limits = match user {
                ReleasesUser::Service => RequestLimits::SERVICE,
                ReleasesUser::Operator => RequestLimits::OPERATOR,
            };
            Ok(Some(Storage::container(url.reveal(), url.to_string(), credential, limits)?))
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

/// Returns the routes that the program serves on an address.
#[must_use]
pub const fn route_set(listen: Listen) -> RouteSet {
    match listen {
        Listen::CustomHandler(port) => RouteSet::CustomHandler { port },
        Listen::StandAlone(_) => RouteSet::StandAlone,
    }
}
