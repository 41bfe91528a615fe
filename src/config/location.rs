//! Where readings and firmware releases are stored, and which Azure identity reads them.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use axum::http::Uri;

use super::SettingLookup;

/// Where readings are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreLocation {
    /// A SQLite database in a directory of this machine.
    Directory(PathBuf),
    Cosmos {
        endpoint: ServiceUrl,
        database: String,
    },
    /// A release server stores no readings.
    NotConfigured,
}

impl fmt::Display for StoreLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(directory) => write!(f, "{}", directory.display()),
            Self::Cosmos { endpoint, database } => write!(f, "{database} at {endpoint}"),
            Self::NotConfigured => f.write_str("no store"),
        }
    }
}

/// Where firmware releases are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleasesLocation {
    NotConfigured,
    /// A directory of this machine.
    Directory(PathBuf),
    /// A container of Azure Blob Storage.
    Container(ServiceUrl),
}

/// The identity that the program presents to Azure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AzureIdentity {
    /// The managed identity of the program. The client id selects one if there are several.
    Managed(Option<String>),
    /// The user who is signed in to Azure's command-line tools on this machine.
    Developer,
}

/// The address of a service. The query may hold a secret, so `Display` and `Debug` omit it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceUrl(String);

impl ServiceUrl {
    /// Returns the whole address, including secrets.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns whether the address contains a shared access signature.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let query = self.0.split_once('?').map(|(_, query)| query).unwrap_or_default();
        query.split('&').any(|parameter| parameter.starts_with("sig="))
    }

    fn is_encrypted(&self) -> bool {
        self.0.to_ascii_lowercase().starts_with("https:")
    }

    /// Returns whether the address has neither a path nor a query.
    fn is_host_only(&self) -> bool {
        !self.0.contains('?') && !self.has_path()
    }

    fn has_path(&self) -> bool {
        let address = self.to_string();
        let path = address.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        path.is_some_and(|(_, path)| !path.trim_matches('/').is_empty())
    }
}

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.split('?').next().unwrap_or_default())
    }
}

impl fmt::Debug for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Parses an https address. An http address is accepted for this machine only, where emulators
/// run. Invalid input may be a connection string that contains a key, so no message quotes it.
fn parse_service_url(text: &str) -> Option<ServiceUrl> {
    // Clients never send a fragment, so a fragment is a mistake.
    let uri: Uri = text.parse().ok().filter(|_| is_url(text) && !text.contains('#'))?;
    // Neither service accepts a user name and a password in its address.
    uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let host = uri.host().filter(|host| !host.is_empty())?;
    let is_safe = match uri.scheme_str()? {
        "https" => true,
        "http" => is_loopback(host),
        _ => false,
    };
    is_safe.then(|| ServiceUrl(text.to_owned()))
}

/// Returns whether Azure's clients accept the address; their rules for host and port are stricter.
fn is_url(text: &str) -> bool {
    #[cfg(feature = "azure")]
    let is_url = crate::azure::is_url(text);
    #[cfg(not(feature = "azure"))]
    let is_url = !text.is_empty();
    is_url
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

pub(super) fn store_location(get: SettingLookup<'_>, problems: &mut Vec<String>) -> StoreLocation {
    let directory = get("CLOUDSMETS_DATA_DIR");
    let in_azure = super::is_in_azure(get);
    match (get("COSMOS_ENDPOINT"), get("COSMOS_DATABASE")) {
        (Some(endpoint), Some(database)) => {
            let Some(endpoint) = parse_service_url(&endpoint).filter(ServiceUrl::is_host_only)
            else {
                problems.push(
                    "COSMOS_ENDPOINT is not an address such as https://name.documents.azure.com"
                        .to_owned(),
                );
                return StoreLocation::NotConfigured;
            };
            require_azure_feature("COSMOS_ENDPOINT", problems);
            return StoreLocation::Cosmos { endpoint, database };
        }
        (Some(_), None) => {
            problems.push("COSMOS_ENDPOINT is set without COSMOS_DATABASE".to_owned());
        }
        (None, Some(_)) => {
            problems.push("COSMOS_DATABASE is set without COSMOS_ENDPOINT".to_owned());
        }
        // The local disk of a function is lost with its instance.
        (None, None) if in_azure && directory.is_none() => {
            if get("RELEASES_URL").is_none() {
                problems.push(
                    "neither COSMOS_ENDPOINT nor RELEASES_URL is set: there is nothing to serve"
                        .to_owned(),
                );
            }
            return StoreLocation::NotConfigured;
        }
        (None, None) => {}
    }
    StoreLocation::Directory(directory.unwrap_or_else(|| "./data".to_owned()).into())
}

pub(super) fn releases_location(
    get: SettingLookup<'_>,
    problems: &mut Vec<String>,
) -> ReleasesLocation {
    let Some(url) = get("RELEASES_URL") else { return ReleasesLocation::NotConfigured };
    if let Some(path) = url.strip_prefix("file://").filter(|path| path.starts_with('/')) {
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        return ReleasesLocation::Directory(path.as_ref().into());
    }
    let Some(service_url) = parse_service_url(&url) else {
        problems.push(
            "RELEASES_URL is neither file:///directory nor a blob container's https address"
                .to_owned(),
        );
        return ReleasesLocation::NotConfigured;
    };
    require_azure_feature("RELEASES_URL", problems);
    if !service_url.has_path() {
        problems.push("RELEASES_URL names no container".to_owned());
    } else if !service_url.is_encrypted() && !service_url.is_signed() {
        problems.push(
            "RELEASES_URL is not https and has no shared access signature: a token is sent over \
             https only"
                .to_owned(),
        );
    }
    ReleasesLocation::Container(service_url)
}

pub(super) fn azure_identity(get: SettingLookup<'_>, problems: &mut Vec<String>) -> AzureIdentity {
    if get("IDENTITY_ENDPOINT").is_some() != get("IDENTITY_HEADER").is_some() {
        problems.push(
            "IDENTITY_ENDPOINT and IDENTITY_HEADER: the platform sets both, or neither".to_owned(),
        );
    }
    match get("IDENTITY_ENDPOINT") {
        Some(_) => AzureIdentity::Managed(get("AZURE_CLIENT_ID")),
        None => AzureIdentity::Developer,
    }
}

fn require_azure_feature(setting: &str, problems: &mut Vec<String>) {
    if !cfg!(feature = "azure") {
        problems.push(format!(
            "{setting} names a place in Azure, but this program was built without the feature azure"
        ));
    }
}
