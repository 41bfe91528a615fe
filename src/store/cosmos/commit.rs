//! A home's changes into its partition: merged, written if nobody else wrote
//! meanwhile, otherwise merged anew.

use std::collections::BTreeSet;
use std::time::Duration;

use azure_data_cosmos::TransactionalBatch;
use azure_data_cosmos::options::{BatchReplaceOptions, Precondition};

use super::item::{Item, Key, Listed};
use super::operation::{self, Made, Written};
use super::session::Session;
use super::{Cosmos, HomeChanges, StoreError};
use crate::domain::document::{Document, DocumentId};
use crate::domain::identity::HomeId;
use crate::domain::merge::{Change, Counts};

/// How often a home is merged before the batch is given back to be sent again.
/// Every refusal means that another writer got on, so this many writers of one
/// home get through at once.
const ATTEMPTS: u32 = 16;

/// How much longer each attempt waits.
const PAUSE: Duration = Duration::from_millis(5);

/// Operations of a transaction: Cosmos DB takes 100 and 2 MB.
const LARGEST_BATCH: usize = 100;
const LARGEST_BODY: usize = 1_500_000;

/// Days that are worked in at once. For each of two fuels a day has its own
/// document, witnesses before and after it, and two months at most; the days
/// that were known last add four documents, the home one: 99.
const MOST_DAYS: usize = 9;

impl Cosmos {
    /// Works one home's changes in: those of more days than a transaction takes
    /// in parts, by date. Durable when it returns.
    pub(super) async fn commit(&self, (home, changes): HomeChanges) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        for part in parts(changes) {
            counts += self.commit_part(&home, part).await?;
        }
        Ok(counts)
    }

    /// After a lost answer what was written counts as unchanged.
    async fn commit_part(&self, home: &HomeId, changes: Vec<Change>) -> Result<Counts, StoreError> {
        for attempt in 0..ATTEMPTS {
            let session = self.merge(home, changes.clone()).await?;
            if session.is_new(home) {
                self.list(home).await?;
            }
            if self.write(&session).await? == Written::Done {
                return Ok(session.counts);
            }
            tracing::debug!(home.id = %home, attempt, "another writer was faster");
            tokio::time::sleep(PAUSE * attempt).await;
        }
        Err(StoreError::Contended)
    }

    /// Says that there is a home. Before its first document, so that none is
    /// there unlisted; a home that is listed and not there is not shown.
    async fn list(&self, home: &HomeId) -> Result<(), StoreError> {
        let listed = Listed::new(home);
        let key = Key { partition: listed.partition.clone(), id: listed.id.clone() };
        let documents = self.account.documents().await?;
        operation::create(documents, &key, &listed).await?;
        Ok(())
    }

    /// One transaction, as long as it fits: only another time zone, for which
    /// all of a home's months are made anew, needs more. The home's own document
    /// is in the last, until which the same changes come to the same result.
    async fn write(&self, session: &Session) -> Result<Written, StoreError> {
        let witnesses = session.witnesses();
        let writes: Vec<_> = witnesses.iter().chain(&session.writes).collect();
        for transaction in transactions(&writes)? {
            if self.write_together(session, transaction).await? == Written::Outdated {
                return Ok(Written::Outdated);
            }
        }
        Ok(Written::Done)
    }

    async fn write_together(
        &self,
        session: &Session,
        writes: &[&(DocumentId, Document)],
    ) -> Result<Written, StoreError> {
        let documents = self.account.documents().await?;
        let version = |id| session.read.get(id).and_then(Option::as_ref).map(|found| &found.etag);
        if let [(id, document)] = writes {
            let key = Key::of(id);
            let item = Item { id: &key.id, partition: &key.partition, document };
            return match version(id) {
                Some(etag) => operation::replace(documents, &key, item, etag.clone()).await,
                None => Ok(match operation::create(documents, &key, item).await? {
                    Made::Now => Written::Done,
                    Made::Before => Written::Outdated,
                }),
            };
        }
        let Some((first, _)) = writes.first() else { return Ok(Written::Done) };
        let mut batch = TransactionalBatch::new(Key::of(first).partition);
        for (id, document) in writes {
            let key = Key::of(id);
            let item = Item { id: &key.id, partition: &key.partition, document };
            batch = match version(id) {
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

/// Splits changes by date. Those of one day stay together, in their order.
fn parts(changes: Vec<Change>) -> Vec<Vec<Change>> {
    let days: BTreeSet<_> = changes.iter().map(Change::utc_date).collect();
    if days.len() <= MOST_DAYS {
        return vec![changes];
    }
    let days: Vec<_> = days.into_iter().collect();
    let ends: Vec<_> = days.chunks(MOST_DAYS).filter_map(|days| days.last().copied()).collect();
    let mut parts = vec![Vec::new(); ends.len()];
    for change in changes {
        // Cannot fail because the last end is the last of all days.
        let part = ends.partition_point(|end| *end < change.utc_date());
        if let Some(part) = parts.get_mut(part) {
            part.push(change);
        }
    }
    parts
}

/// Splits writes into what fits a transaction each, in their order.
fn transactions<'a, 'b>(
    writes: &'b [&'a (DocumentId, Document)],
) -> Result<Vec<&'b [&'a (DocumentId, Document)]>, StoreError> {
    let mut all = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (position, (_, document)) in writes.iter().enumerate() {
        let length = document.to_json()?.len();
        if position - start == LARGEST_BATCH || (size + length > LARGEST_BODY && position > start) {
            all.push(&writes[start..position]);
            (start, size) = (position, 0);
        }
        size += length;
    }
    all.push(&writes[start..]);
    Ok(all)
}
