//! Documents in Azure Cosmos DB.
//!
//! All documents of a home, including its own, are in one partition, so that
//! they can be written in one transaction. Every write names the version (etag)
//! that it replaces: of two concurrent writers one is refused, reads again and
//! repeats its merge. Writing the same changes again has no effect, so a lost
//! response does no harm.
//!
//! `docs/cosmos.md` describes the containers, their settings and the cost of
//! each operation.

mod account;
mod commit;
mod dead_letters;
mod home_merge;
mod item;
mod operation;

use std::sync::Arc;
use std::time::Duration;

use azure_data_cosmos::{AccountEndpoint, Query};
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::tz::TimeZone;
use serde_json::value::RawValue;

use super::{BrokenHome, DeadLetter, DeadLetterChanges, DeadLetterKey, HomeChanges, StoreError};
use crate::azure::TokenCredential;
use crate::domain::document::{Document, DocumentId, Home};
use crate::domain::identity::HomeId;
use crate::domain::merge::ChangeCounts;
use account::Account;
use item::{Key, StoredDocument};

/// A handle; clones share the connection.
#[derive(Clone, Debug)]
pub struct Cosmos {
    account: Arc<Account>,
    zone: TimeZone,
}

/// The number of concurrent requests of one operation.
const MAX_CONCURRENCY: usize = 16;

/// How long an operation may take, retries included. The host retries a failed
/// batch, but a user waits for a page.
const WRITE_TIMEOUT: Duration = Duration::from_secs(120);
const READ_TIMEOUT: Duration = Duration::from_secs(15);

impl Cosmos {
    pub(super) fn new(
        endpoint: AccountEndpoint,
        credential: Arc<dyn TokenCredential>,
        database: &str,
        zone: &TimeZone,
    ) -> Self {
        let account = Account::new(endpoint, credential, database.to_owned());
        Self { account: Arc::new(account), zone: zone.clone() }
    }

    pub(super) async fn warm_up(&self) {
        if let Err(error) = with_timeout(READ_TIMEOUT, self.account.documents()).await {
            tracing::warn!(error = %error, "Cosmos DB does not answer yet");
        }
    }

    pub(super) async fn record(
        &self,
        changes: Vec<HomeChanges>,
        dead_letters: Vec<DeadLetter>,
    ) -> Result<ChangeCounts, StoreError> {
        let homes = async {
            let commits = stream::iter(changes).map(|changes| self.commit(changes));
            commits
                .buffer_unordered(MAX_CONCURRENCY)
                .try_fold(ChangeCounts::default(), async |mut all, counts| {
                    all += counts;
                    Ok(all)
                })
                .await
        };
        let recorded = async { tokio::try_join!(homes, self.store_dead_letters(dead_letters)) };
        with_timeout(WRITE_TIMEOUT, recorded).await.map(|(counts, ())| counts)
    }

    pub(super) async fn read(
        &self,
        ids: Vec<DocumentId>,
    ) -> Result<Vec<Option<Document>>, StoreError> {
        let reads = stream::iter(ids).map(|id| async move {
            let found = self.load(&id).await?;
            Ok(found.map(|found| found.document))
        });
        with_timeout(READ_TIMEOUT, reads.buffered(MAX_CONCURRENCY).try_collect()).await
    }

    /// Ids of one kind and fuel sort by date, so a span of dates is one range.
    pub(super) async fn range(
        &self,
        from: DocumentId,
        to: DocumentId,
    ) -> Result<Vec<Document>, StoreError> {
        let (first, last) = (Key::for_document(&from), Key::for_document(&to));
        let query =
            Query::from("SELECT * FROM c WHERE c.id >= @from AND c.id <= @to ORDER BY c.id")
                .with_parameter("@from", &first.id)?
                .with_parameter("@to", &last.id)?;
        let find = async {
            let documents = self.account.documents().await?;
            let found: Vec<Box<RawValue>> =
                operation::query(documents, query, &first.partition).await?;
            let parse =
                |item: &RawValue| item::parse(from.kind(), &first.partition, item.get().as_bytes());
            found.iter().map(|item| parse(item)).collect()
        };
        with_timeout(READ_TIMEOUT, find).await
    }

    pub(super) async fn homes(&self) -> Result<Vec<Result<Home, BrokenHome>>, StoreError> {
        let query = Query::from("SELECT c.id, c.home FROM c ORDER BY c.id");
        let find = async {
            let documents = self.account.documents().await?;
            let entries: Vec<item::HomeListEntry> =
                operation::query(documents, query, DocumentId::HOMES_PARTITION).await?;
            let homes = stream::iter(entries).map(|entry| self.load_listed_home(entry.home));
            let homes: Vec<Option<_>> = homes.buffered(MAX_CONCURRENCY).try_collect().await?;
            Ok(homes.into_iter().flatten().collect())
        };
        with_timeout(READ_TIMEOUT, find).await
    }

    /// Returns `None` if the home is listed but its document was never written.
    async fn load_listed_home(
        &self,
        home: HomeId,
    ) -> Result<Option<Result<Home, BrokenHome>>, StoreError> {
        match self.load(&DocumentId::Home(home.clone())).await {
            Ok(Some(StoredDocument { document: Document::Home(home), .. })) => Ok(Some(Ok(home))),
            Ok(_) => Ok(None),
            Err(error) => BrokenHome::new(home, error).map(|broken| Some(Err(broken))),
        }
    }

    pub(super) async fn dead_letter_keys(
        &self,
        limit: usize,
    ) -> Result<Vec<DeadLetterKey>, StoreError> {
        with_timeout(WRITE_TIMEOUT, self.find_dead_letters(limit)).await
    }

    pub(super) async fn load_dead_letters(
        &self,
        keys: Vec<DeadLetterKey>,
    ) -> Result<Vec<(DeadLetterKey, DeadLetter)>, StoreError> {
        with_timeout(WRITE_TIMEOUT, self.read_dead_letters(keys)).await
    }

    pub(super) async fn update_dead_letters(
        &self,
        changes: DeadLetterChanges,
    ) -> Result<(), StoreError> {
        with_timeout(WRITE_TIMEOUT, self.change_dead_letters(changes)).await
    }
}

async fn with_timeout<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(StoreError::TimedOut))
}
