//! Where readings and firmware releases lie, and as whom to ask for them.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use axum::http::Uri;

use super::Lookup;

/// Where readings lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreAt {
    /// In SQLite in a directory of this machine.
    Directory(PathBuf),
    /// In Azure Cosmos DB.
    Cosmos {
        /// The account's address.
        endpoint: Address,
        /// The database in it.
        database: String,
    },
    /// Nowhere: a release server keeps no readings.
    Nowhere,
}

impl fmt::Display for StoreAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(directory) => write!(f, "{}", directory.display()),
            Self::Cosmos { endpoint, database } => write!(f, "{database} at {endpoint}"),
            Self::Nowhere => f.write_str("no store"),
        }
    }
}

/// Where firmware releases lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleasesAt {
    /// Nowhere: this program serves none.
    Nowhere,
    /// In a directory of this machine.
    Directory(PathBuf),
    /// In a container of Azure Blob Storage.
    Container(Address),
}

/// As whom the program asks Azure for what it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The identity that the platform gives the program; the client id tells
    /// which, if it has several.
    Managed(Option<String>),
    /// Whoever is signed in to Azure's command-line tools on this machine.
    Developer,
}

/// A service's address. What follows a `?` may be a secret and is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
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
    fn is_bare(&self) -> bool {
        !self.0.contains('?') && !self.has_path()
    }

    fn has_path(&self) -> bool {
        let address = self.to_string();
        let path = address.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        path.is_some_and(|(_, path)| !path.trim_matches('/').is_empty())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.split('?').next().unwrap_or_default())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads an address over TLS; on this machine, where emulators live, also
/// without. What is none may be a connection string with a key in it, so
/// nobody quotes it.
fn address(text: &str) -> Option<Address> {
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
    is_safe.then(|| Address(text.to_owned()))
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

pub(super) fn store(get: Lookup<'_>, problems: &mut Vec<String>) -> StoreAt {
    let directory = get("CLOUDSMETS_DATA_DIR");
    let in_azure = get("WEBSITE_SITE_NAME").is_some();
    match (get("COSMOS_ENDPOINT"), get("COSMOS_DATABASE")) {
        (Some(endpoint), Some(database)) => {
            let Some(endpoint) = address(&endpoint).filter(Address::is_bare) else {
                problems.push(
                    "COSMOS_ENDPOINT is not an address such as https://name.documents.azure.com"
                        .to_owned(),
                );
                return StoreAt::Nowhere;
            };
            needs_azure("COSMOS_ENDPOINT", problems);
            return StoreAt::Cosmos { endpoint, database };
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
            return StoreAt::Nowhere;
        }
        (None, None) => {}
    }
    StoreAt::Directory(directory.unwrap_or_else(|| "./data".to_owned()).into())
}

pub(super) fn releases(get: Lookup<'_>, problems: &mut Vec<String>) -> ReleasesAt {
    let Some(url) = get("RELEASES_URL") else { return ReleasesAt::Nowhere };
    if let Some(path) = url.strip_prefix("file://").filter(|path| path.starts_with('/')) {
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        return ReleasesAt::Directory(path.as_ref().into());
    }
    let Some(address) = address(&url) else {
        problems.push(
            "RELEASES_URL is neither file:///directory nor a blob container's https address"
                .to_owned(),
        );
        return ReleasesAt::Nowhere;
    };
    needs_azure("RELEASES_URL", problems);
    if !address.has_path() {
        problems.push(format!("RELEASES_URL: {address} names no container"));
    } else if !address.is_encrypted() && !address.is_signed() {
        problems.push(format!(
            "RELEASES_URL: {address} is not https and has no shared access signature: a token is \
             sent over https only"
        ));
    }
    ReleasesAt::Container(address)
}

pub(super) fn identity(get: Lookup<'_>, problems: &mut Vec<String>) -> Identity {
    if get("IDENTITY_ENDPOINT").is_some() != get("IDENTITY_HEADER").is_some() {
        problems.push(
            "IDENTITY_ENDPOINT and IDENTITY_HEADER: the platform sets both, or neither".to_owned(),
        );
    }
    match get("IDENTITY_ENDPOINT") {
        Some(_) => Identity::Managed(get("AZURE_CLIENT_ID")),
        None => Identity::Developer,
    }
}

fn needs_azure(setting: &str, problems: &mut Vec<String>) {
    if !cfg!(feature = "azure") {
        problems.push(format!(
            "{setting} names a place in Azure, but this program was built without the feature azure"
        ));
    }
}
