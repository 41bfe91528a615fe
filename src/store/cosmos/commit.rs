//! Merges a home's changes into its partition. The write succeeds only if no
//! other writer has changed the documents since; otherwise the merge is repeated.

use std::collections::BTreeSet;
use std::time::Duration;

use azure_data_cosmos::TransactionalBatch;
use azure_data_cosmos::options::{BatchReplaceOptions, Precondition};

use super::home_merge::HomeMerge;
use super::item::{HomeListEntry, Item, Key};
use super::operation::{self, CreateOutcome, WriteOutcome};
use super::{Cosmos, HomeChanges, StoreError};
use crate::domain::document::{Document, DocumentId};
use crate::domain::identity::HomeId;
use crate::domain::merge::{Change, ChangeCounts};

/// How often a merge is attempted before the batch fails and the host retries
/// it. Every conflict means that another writer succeeded, so this many
/// concurrent writers of one home all succeed.
const MAX_ATTEMPTS: u32 = 16;

/// The back-off grows by this step with each attempt.
const BACK_OFF_STEP: Duration = Duration::from_millis(5);

/// Limits of a transaction. Cosmos DB accepts 100 operations and 2 MB.
const MAX_BATCH_OPERATIONS: usize = 100;
const MAX_BATCH_BYTES: usize = 1_500_000;

/// The largest number of days merged at once. For each of two fuels, a day
/// needs at most its own document, the witnesses before and after it, and two
/// months; the days that were known last add four documents and the home one:
/// 99 in total.
const MAX_DAYS_PER_COMMIT: usize = 9;

impl Cosmos {
    /// Merges one home's changes, durably. Changes of more days than fit a
    /// transaction are split by date.
    pub(super) async fn commit(
        &self,
        (home, changes): HomeChanges,
    ) -> Result<ChangeCounts, StoreError> {
        let mut counts = ChangeCounts::default();
        for part in split_by_date(changes) {
            counts += self.commit_part(&home, part).await?;
        }
        Ok(counts)
    }

    /// If a response is lost after a write, the next attempt counts the written
    /// changes as unchanged.
    async fn commit_part(
        &self,
        home: &HomeId,
        changes: Vec<Change>,
    ) -> Result<ChangeCounts, StoreError> {
        for attempt in 0..MAX_ATTEMPTS {
            let merge = self.merge(home, changes.clone()).await?;
            if merge.is_new(home) {
                self.add_to_home_list(home).await?;
            }
            if self.write(&merge).await? == WriteOutcome::Written {
                return Ok(merge.counts);
            }
            tracing::debug!(home.id = %home, attempt, "another writer changed the home first");
            tokio::time::sleep(BACK_OFF_STEP * attempt).await;
        }
        Err(StoreError::WriteConflict)
    }

    /// Adds a home to the list of homes. This happens before its first document
    /// is written, so that no home is missing from the list; a listed home
    /// without a document is not shown.
    async fn add_to_home_list(&self, home: &HomeId) -> Result<(), StoreError> {
        let entry = HomeListEntry::new(home);
        let key = Key { partition: entry.partition.clone(), id: entry.id.clone() };
        let documents = self.account.documents().await?;
        operation::create(documents, &key, &entry).await?;
        Ok(())
    }

    /// Writes one transaction if everything fits. Only a time zone change, which
    /// rebuilds all of a home's months, needs more. The home's own document is
    /// in the last one; until it is written, the same changes give the same result.
    async fn write(&self, merge: &HomeMerge) -> Result<WriteOutcome, StoreError> {
        let witnesses = merge.witnesses();
        let writes: Vec<_> = witnesses.iter().chain(&merge.writes).collect();
        for transaction in split_into_transactions(&writes)? {
            if self.write_transaction(merge, transaction).await? == WriteOutcome::Conflict {
                return Ok(WriteOutcome::Conflict);
            }
        }
        Ok(WriteOutcome::Written)
    }

    async fn write_transaction(
        &self,
        merge: &HomeMerge,
        writes: &[&(DocumentId, Document)],
    ) -> Result<WriteOutcome, StoreError> {
        let documents = self.account.documents().await?;
        let etag_of = |id| merge.read.get(id).and_then(Option::as_ref).map(|found| &found.etag);
        if let [(id, document)] = writes {
            let key = Key::for_document(id);
            let item = Item { id: &key.id, partition: &key.partition, document };
            return match etag_of(id) {
                Some(etag) => operation::replace(documents, &key, item, etag.clone()).await,
                None => Ok(match operation::create(documents, &key, item).await? {
                    CreateOutcome::Created => WriteOutcome::Written,
                    CreateOutcome::AlreadyExists => WriteOutcome::Conflict,
                }),
            };
        }
        let Some((first, _)) = writes.first() else { return Ok(WriteOutcome::Written) };
        let mut batch = TransactionalBatch::new(Key::for_document(first).partition);
        for (id, document) in writes {
            let key = Key::for_document(id);
            let item = Item { id: &key.id, partition: &key.partition, document };
            batch = match etag_of(id) {
                Some(etag) => {
                    let options = BatchReplaceOptions::default()
                        .with_precondition(Precondition::if_match(etag.clone()));
                    batch.replace_item(key.id.clone(), item, Some(options))?
                }
                None => batch.create_item(item)?,
            };
        }
        operation::execute(documents, batch, writes.len()).await
    }
}

/// Splits changes by date. Changes of one day stay together and in order.
fn split_by_date(changes: Vec<Change>) -> Vec<Vec<Change>> {
    let days: BTreeSet<_> = changes.iter().map(Change::utc_date).collect();
    if days.len() <= MAX_DAYS_PER_COMMIT {
        return vec![changes];
    }
    let days: Vec<_> = days.into_iter().collect();
    let ends: Vec<_> =
        days.chunks(MAX_DAYS_PER_COMMIT).filter_map(|days| days.last().copied()).collect();
    let mut parts = vec![Vec::new(); ends.len()];
    for change in changes {
        // Cannot fail, because the last end is the last of all days.
        let part = ends.partition_point(|end| *end < change.utc_date());
        if let Some(part) = parts.get_mut(part) {
            part.push(change);
        }
    }
    parts
}

/// Splits writes into transactions that fit the limits, preserving their order.
fn split_into_transactions<'a, 'b>(
    writes: &'b [&'a (DocumentId, Document)],
) -> Result<Vec<&'b [&'a (DocumentId, Document)]>, StoreError> {
    let mut all = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (position, (_, document)) in writes.iter().enumerate() {
        let length = document.to_json()?.len();
        if position - start == MAX_BATCH_OPERATIONS
            || (size + length > MAX_BATCH_BYTES && position > start)
        {
            all.push(&writes[start..position]);
            (start, size) = (position, 0);
        }
        size += length;
    }
    all.push(&writes[start..]);
    Ok(all)
}
