//! Where readings and firmware releases lie, and as whom to ask for them.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use axum::http::Uri;

use super::SettingLookup;

/// Where readings lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreLocation {
    /// In SQLite in a directory of this machine.
    Directory(PathBuf),
    /// In Azure Cosmos DB.
    Cosmos {
        /// The account's address.
        endpoint: ServiceUrl,
        /// The database in it.
        database: String,
    },
    /// Not configured: a release server keeps no readings.
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

/// Where firmware releases lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleasesLocation {
    /// Not configured: this program serves none.
    NotConfigured,
    /// In a directory of this machine.
    Directory(PathBuf),
    /// In a container of Azure Blob Storage.
    Container(ServiceUrl),
}

/// As whom the program asks Azure for what it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AzureIdentity {
    /// The identity that the platform gives the program; the client id tells
    /// which, if it has several.
    Managed(Option<String>),
    /// Whoever is signed in to Azure's command-line tools on this machine.
    Developer,
}

/// A service's address. What follows a `?` may be a secret and is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceUrl(String);

impl ServiceUrl {
    /// The whole address, secrets included.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether it brings the right to be asked with it, as a shared access signature.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let query = self.0.split_once('?').map(|(_, query)| query).unwrap_or_default();
        query.split('&').any(|parameter| parameter.starts_with("sig="))
    }

    fn is_encrypted(&self) -> bool {
        self.0.to_ascii_lowercase().starts_with("https:")
    }

    /// Whether it names a host and nothing on it.
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

/// Reads an address over TLS; on this machine, where emulators live, also
/// without. What is none may be a connection string with a key in it, so
/// nobody quotes it.
fn parse_service_url(text: &str) -> Option<ServiceUrl> {
    // A fragment is sent to nobody: what stands there was meant for another place.
    let uri: Uri = text.parse().ok().filter(|_| is_url(text) && !text.contains('#'))?;
    // Neither service takes a user's name and password in its address.
    uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let host = uri.host().filter(|host| !host.is_empty())?;
    let is_safe = match uri.scheme_str()? {
        "https" => true,
        "http" => is_loopback(host),
        _ => false,
    };
    is_safe.then(|| ServiceUrl(text.to_owned()))
}

/// Whether Azure's clients take it, whose idea of a host and a port is stricter.
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
    let in_azure = get("WEBSITE_SITE_NAME").is_some();
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
        // The disk of a function is anybody's and gone with it.
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
        problems.push(format!("RELEASES_URL: {service_url} names no container"));
    } else if !service_url.is_encrypted() && !service_url.is_signed() {
        problems.push(format!(
            "RELEASES_URL: {service_url} is not https and has no shared access signature: a token is \
             sent over https only"
        ));
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
