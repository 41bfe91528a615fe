//! Releases in a container of Azure Blob Storage. The first segment of a blob's name is the version.
//! The client library does not list folders, so all blobs are listed, page by page.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Url};
use azure_storage_blob::{BlobContainerClient, BlobContainerClientOptions};
use futures::TryStreamExt;

use super::{NewestVersions, Release, ReleaseVersion, ReleasesError};
use crate::azure::{TokenCredential, redacted_message};

/// The limit for a listing, including the request for a token.
const LISTING_TIMEOUT: Duration = Duration::from_secs(10);

/// The number of retries of a page. It is low because a client is waiting, and will ask again.
const MAX_RETRIES: u32 = 2;

pub(super) struct Container {
    client: BlobContainerClient,
    /// The address without its signature.
    location: String,
}

impl Container {
    /// `location` is the address without secrets, for messages.
    pub(super) fn new(
        address: &str,
        location: String,
        credential: Option<Arc<dyn TokenCredential>>,
    ) -> Result<Self, ReleasesError> {
        let read_error =
            |error| ReleasesError { location: location.clone(), reason: redacted_message(&error) };
        let url = container_url(address).map_err(read_error)?;
        let client =
            BlobContainerClient::new(url, credential, Some(options())).map_err(read_error)?;
        Ok(Self { client, location })
    }

    pub(super) async fn newest(&self) -> Result<NewestVersions, ReleasesError> {
        let mut newest = NewestVersions::default();
        let add = |name: &str, _| {
            // A blob outside of a folder is not part of a release.
            if let Some((folder, _)) = name.split_once('/') {
                newest.add(folder);
            }
        };
        self.for_each_blob(add).await?;
        Ok(newest)
    }

    pub(super) async fn all(&self) -> Result<Vec<Release>, ReleasesError> {
        let mut releases = BTreeMap::new();
        let add = |name: &str, size| {
            let Some((folder, file)) = name.split_once('/') else { return };
            let Ok(version) = folder.parse::<ReleaseVersion>() else { return };
            let release =
                releases.entry(Reverse(version.clone())).or_insert_with(|| Release::new(version));
            release.add(file, size);
        };
        self.for_each_blob(add).await?;
        Ok(releases.into_values().collect())
    }

    /// Calls `visit` with the name and the size in bytes of every blob.
    async fn for_each_blob(&self, mut visit: impl FnMut(&str, u64)) -> Result<(), ReleasesError> {
        let listing = async {
            let mut blobs = self.client.list_blobs(None)?;
            while let Some(blob) = blobs.try_next().await? {
                let size = blob.properties.and_then(|properties| properties.content_length);
                visit(blob.name.as_deref().unwrap_or_default(), size.unwrap_or_default());
            }
            Ok(())
        };
        let listed = tokio::time::timeout(LISTING_TIMEOUT, listing).await;
        let listed = listed.map_err(|_| format!("no answer within {LISTING_TIMEOUT:?}"));
        let listed = listed.and_then(|listed| listed.map_err(|error| redacted_message(&error)));
        listed.map_err(|reason| self.read_error(reason))
    }

    pub(super) fn read_error(&self, reason: String) -> ReleasesError {
        ReleasesError { location: self.location.clone(), reason }
    }
}

impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Container").field("location", &self.location).finish_non_exhaustive()
    }
}

/// The client appends to the path, so the path must not end in a slash.
fn container_url(address: &str) -> azure_core::Result<Url> {
    let mut url = Url::parse(address)?;
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn options() -> BlobContainerClientOptions {
    let retry = ExponentialRetryOptions { max_retries: MAX_RETRIES, ..Default::default() };
    let retry = RetryOptions::exponential(retry);
    let client_options = ClientOptions { retry, ..Default::default() };
    BlobContainerClientOptions { client_options, ..Default::default() }
}
