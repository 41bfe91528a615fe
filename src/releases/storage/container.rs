//! Files in a container of Azure Blob Storage, one blob for each file.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use azure_core::error::ErrorKind;
use azure_core::http::{ClientOptions, Etag, ExponentialRetryOptions, RetryOptions, Url};
use azure_storage_blob::models::{BlobClientUploadOptions, BlobContainerClientListBlobsOptions};
use azure_storage_blob::{BlobClient, BlobContainerClient, BlobContainerClientOptions};
use bytes::Bytes;
use futures::TryStreamExt;

use super::{CreateOutcome, Entry, ReplaceOutcome, Revision, Stored};
use crate::azure::{TokenCredential, redacted_message};
use crate::releases::ReleasesError;
use crate::releases::file_kind::FileKind;

/// How long an operation may take.
#[derive(Clone, Copy, Debug)]
pub struct RequestLimits {
    /// The limit for an operation, including the request for a token and all retries.
    timeout: Duration,
    max_retries: u32,
}

impl RequestLimits {
    /// For requests of clients, which are waiting and will ask again.
    pub const SERVICE: Self = Self { timeout: Duration::from_secs(10), max_retries: 2 };

    /// For an operator, who uploads images of a few megabytes, possibly over a slow connection.
    pub const OPERATOR: Self = Self { timeout: Duration::from_mins(5), max_retries: 4 };
}

#[derive(Clone)]
pub struct Container {
    client: Arc<BlobContainerClient>,
    /// The address without its signature.
    location: String,
    limits: RequestLimits,
}

impl Container {
    pub(super) fn new(
        address: &str,
        location: String,
        credential: Option<Arc<dyn TokenCredential>>,
        limits: RequestLimits,
    ) -> Result<Self, ReleasesError> {
        let client = container_url(address)
            .and_then(|url| BlobContainerClient::new(url, credential, Some(options(limits))));
        match client {
            Ok(client) => Ok(Self { client: Arc::new(client), location, limits }),
            Err(error) => Err(ReleasesError::Read { location, reason: redacted_message(&error) }),
        }
    }

    pub(super) fn location(&self) -> String {
        self.location.clone()
    }

    /// Lists page by page.
    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<Entry>, String> {
        let prefix = Some(prefix).filter(|prefix| !prefix.is_empty()).map(str::to_owned);
        let options = BlobContainerClientListBlobsOptions { prefix, ..Default::default() };
        self.run(async {
            let mut entries = Vec::new();
            let mut blobs = self.client.list_blobs(Some(options))?;
            while let Some(blob) = blobs.try_next().await? {
                let size = blob.properties.and_then(|properties| properties.content_length);
                let name = blob.name.unwrap_or_default();
                entries.push(Entry { name, size: size.unwrap_or_default() });
            }
            Ok(entries)
        })
        .await
    }

    pub(super) async fn read(&self, name: &str) -> Result<Option<Stored>, String> {
        self.run(async {
            let blob = match self.client.blob_client(name).download(None).await {
                Err(error) if has_code(&error, &["BlobNotFound"]) => return Ok(None),
                blob => blob?,
            };
            let tag = blob.properties.etag.ok_or_else(|| {
                azure_core::Error::with_message(ErrorKind::Other, "the reply has no entity tag")
            })?;
            let bytes = blob.body.collect().await?;
            Ok(Some(Stored { bytes, revision: Revision::EntityTag(tag.to_string()) }))
        })
        .await
    }

    pub(super) async fn create(&self, name: &str, bytes: Bytes) -> Result<CreateOutcome, String> {
        Ok(match self.replace(name, bytes, None).await? {
            ReplaceOutcome::Replaced => CreateOutcome::Created,
            ReplaceOutcome::Conflict => CreateOutcome::AlreadyExists,
        })
    }

    pub(super) async fn replace(
        &self,
        name: &str,
        bytes: Bytes,
        expected: Option<Revision>,
    ) -> Result<ReplaceOutcome, String> {
        let mut options = upload_options(name);
        match expected {
            None => options.if_none_match = Some(Etag::from("*")),
            Some(Revision::EntityTag(tag)) => options.if_match = Some(Etag::from(tag)),
            // A revision of another location.
            Some(Revision::Contents(_)) => return Ok(ReplaceOutcome::Conflict),
        }
        self.run(async {
            match upload(&self.client.blob_client(name), bytes, options).await {
                Ok(()) => Ok(ReplaceOutcome::Replaced),
                Err(error) if has_code(&error, &CONFLICT_CODES) => Ok(ReplaceOutcome::Conflict),
                Err(error) => Err(error),
            }
        })
        .await
    }

    pub(super) async fn put(&self, name: &str, bytes: Bytes) -> Result<(), String> {
        self.run(upload(&self.client.blob_client(name), bytes, upload_options(name))).await
    }

    /// Runs an operation with the time limit.
    async fn run<T>(
        &self,
        operation: impl Future<Output = azure_core::Result<T>>,
    ) -> Result<T, String> {
        let timeout = self.limits.timeout;
        match tokio::time::timeout(timeout, operation).await {
            Ok(outcome) => outcome.map_err(|error| redacted_message(&error)),
            Err(_) => Err(format!("no answer within {timeout:?}")),
        }
    }
}

impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Container").field("location", &self.location).finish_non_exhaustive()
    }
}

/// The error codes of a condition that is not met. If a condition names the entity tag of a blob that
/// does not exist, the emulator returns `BlobNotFound`.
const CONFLICT_CODES: [&str; 3] = ["BlobAlreadyExists", "ConditionNotMet", "BlobNotFound"];

fn has_code(error: &azure_core::Error, codes: &[&str]) -> bool {
    let ErrorKind::HttpResponse { error_code, .. } = error.kind() else { return false };
    error_code.as_deref().is_some_and(|code| codes.contains(&code))
}

fn upload_options(name: &str) -> BlobClientUploadOptions<'static> {
    let kind = FileKind::of(name);
    BlobClientUploadOptions {
        blob_content_type: Some(kind.content_type.to_owned()),
        blob_cache_control: Some(kind.cache_control.to_owned()),
        ..Default::default()
    }
}

async fn upload(
    blob: &BlobClient,
    bytes: Bytes,
    options: BlobClientUploadOptions<'static>,
) -> azure_core::Result<()> {
    blob.upload(bytes.into(), Some(options)).await?;
    Ok(())
}

/// The client appends to the path, so the path must not end in a slash.
fn container_url(address: &str) -> azure_core::Result<Url> {
    let mut url = Url::parse(address)?;
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn options(limits: RequestLimits) -> BlobContainerClientOptions {
    let retry = ExponentialRetryOptions { max_retries: limits.max_retries, ..Default::default() };
    let retry = RetryOptions::exponential(retry);
    let client_options = ClientOptions { retry, ..Default::default() };
    BlobContainerClientOptions { client_options, ..Default::default() }
}
