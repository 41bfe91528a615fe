//! Single requests. Each logs its charge and distinguishes a conflict with
//! another writer from a failure.

use azure_core::http::Etag;
use azure_data_cosmos::clients::ContainerClient;
use azure_data_cosmos::feed::FeedScope;
use azure_data_cosmos::models::ResponseHeaders;
use azure_data_cosmos::options::{ItemWriteOptions, Precondition};
use azure_data_cosmos::{CosmosError, CosmosStatus, Query, TransactionalBatch};
use bytes::Bytes;
use futures::TryStreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;
use super::item::Key;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WriteOutcome {
    Written,
    /// Another writer changed the item first; nothing was written.
    Conflict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CreateOutcome {
    Created,
    /// An item with that key exists and stays unchanged.
    AlreadyExists,
}

/// Reads an item's bytes and etag.
pub(super) async fn read(
    container: &ContainerClient,
    key: &Key,
) -> Result<Option<(Bytes, Etag)>, StoreError> {
    let response = match container.read_item(key.partition.clone(), &key.id, None).await {
        Ok(response) => response,
        Err(error) if error.status().is_not_found() => {
            log_error_charge("read", &error);
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    log_charge("read", response.headers());
    let etag = response.headers().etag().cloned().ok_or(StoreError::MissingEtag)?;
    Ok(Some((response.into_body().single()?, etag)))
}

/// Creates an item unless it exists.
pub(super) async fn create(
    container: &ContainerClient,
    key: &Key,
    item: impl Serialize,
) -> Result<CreateOutcome, StoreError> {
    let response = container.create_item(key.partition.clone(), &key.id, item, None).await;
    // A 404 or 412 does not mean that the item exists, so both are failures here.
    let already_exists = |status: CosmosStatus| status.is_conflict();
    let response = response.map(|response| response.headers().clone());
    Ok(match write_outcome("create", response, already_exists)? {
        WriteOutcome::Written => CreateOutcome::Created,
        WriteOutcome::Conflict => CreateOutcome::AlreadyExists,
    })
}

/// Replaces an item if it still has this etag.
pub(super) async fn replace(
    container: &ContainerClient,
    key: &Key,
    item: impl Serialize,
    etag: Etag,
) -> Result<WriteOutcome, StoreError> {
    let options = ItemWriteOptions::default().with_precondition(Precondition::if_match(etag));
    let response =
        container.replace_item(key.partition.clone(), &key.id, item, Some(options)).await;
    // The item has another version or was deleted. A missing container has a status of its own.
    let is_conflict =
        |status: CosmosStatus| status.is_precondition_failed() || status.is_not_found();
    write_outcome("replace", response.map(|response| response.headers().clone()), is_conflict)
}

/// Deletes an item. An item that does not exist is not an error.
pub(super) async fn delete(container: &ContainerClient, key: &Key) -> Result<(), StoreError> {
    let response = container.delete_item(key.partition.clone(), &key.id, None).await;
    let response = response.map(|response| response.headers().clone());
    write_outcome("delete", response, |status| status.is_not_found()).map(|_| ())
}

/// Executes a transaction of so many operations.
pub(super) async fn execute(
    container: &ContainerClient,
    batch: TransactionalBatch,
    operations: usize,
) -> Result<WriteOutcome, StoreError> {
    let response = match container.execute_transactional_batch(batch, None).await {
        Ok(response) => response,
        Err(error) => return Err(error.into()),
    };
    log_charge("batch", response.headers());
    let results = response.into_model()?;
    // The operation that failed has its own status; the others have "failed dependency".
    let failed = |status: u16| !(200..300).contains(&status) && status != FAILED_DEPENDENCY;
    let statuses = || results.results().iter().map(|result| result.status_code());
    match statuses().find(|status| failed(*status)) {
        None if statuses().filter(|status| (200..300).contains(status)).count() == operations => {
            Ok(WriteOutcome::Written)
        }
        Some(404 | 409 | 412) => Ok(WriteOutcome::Conflict),
        status => Err(StoreError::BatchRefused { status: status.unwrap_or(FAILED_DEPENDENCY) }),
    }
}

const FAILED_DEPENDENCY: u16 = 424;

/// Queries one partition.
pub(super) async fn query<T: DeserializeOwned + Send + 'static>(
    container: &ContainerClient,
    query: Query,
    partition: &str,
) -> Result<Vec<T>, StoreError> {
    let scope = FeedScope::partition(partition.to_owned());
    collect(container, query, scope).await
}

/// Queries all partitions.
pub(super) async fn query_all<T: DeserializeOwned + Send + 'static>(
    container: &ContainerClient,
    query: Query,
) -> Result<Vec<T>, StoreError> {
    collect(container, query, FeedScope::full_container()).await
}

async fn collect<T: DeserializeOwned + Send + 'static>(
    container: &ContainerClient,
    query: Query,
    scope: FeedScope,
) -> Result<Vec<T>, StoreError> {
    let mut pages = container.query_items::<T>(query, scope, None).await?.into_pages();
    let mut found = Vec::new();
    while let Some(page) = pages.try_next().await? {
        log_charge("query", page.headers());
        found.extend(page.into_items());
    }
    Ok(found)
}

fn write_outcome(
    operation: &'static str,
    response: Result<ResponseHeaders, CosmosError>,
    is_conflict: impl Fn(CosmosStatus) -> bool,
) -> Result<WriteOutcome, StoreError> {
    match response {
        Ok(headers) => {
            log_charge(operation, &headers);
            Ok(WriteOutcome::Written)
        }
        Err(error) if is_conflict(error.status()) => {
            log_error_charge(operation, &error);
            Ok(WriteOutcome::Conflict)
        }
        Err(error) => Err(error.into()),
    }
}

fn log_charge(operation: &'static str, headers: &ResponseHeaders) {
    let request_units = headers.request_charge().map(|charge| charge.value());
    tracing::debug!(
        cosmos.operation = operation,
        cosmos.request_units = request_units,
        "request completed"
    );
}

fn log_error_charge(operation: &'static str, error: &CosmosError) {
    let headers = error.response().map(|response| response.headers());
    let request_units =
        headers.and_then(|headers| headers.request_charge.as_ref()).map(|charge| charge.value());
    let status = u16::from(error.status().status_code());
    tracing::debug!(
        cosmos.operation = operation,
        cosmos.request_units = request_units,
        cosmos.status = status,
        "request completed"
    );
}
