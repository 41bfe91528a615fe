//! One attempt at a home's merge, with the versions of the documents it read.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::ToSpan;
use jiff::civil::Date;

use super::item::{self, Key, StoredDocument};
use super::{Cosmos, MAX_CONCURRENCY, StoreError, operation};
use crate::domain::calendar;
use crate::domain::document::{Document, DocumentId};
use crate::domain::identity::HomeId;
use crate::domain::merge::{Change, ChangeCounts, Merge};
use crate::domain::register::Fuel;

/// The documents that a merge read and those to be written.
pub(super) struct HomeMerge {
    pub(super) read: BTreeMap<DocumentId, Option<StoredDocument>>,
    pub(super) writes: Vec<(DocumentId, Document)>,
    pub(super) counts: ChangeCounts,
}

impl HomeMerge {
    /// Whether the home did not exist before.
    pub(super) fn is_new(&self, home: &HomeId) -> bool {
        matches!(self.read.get(&DocumentId::Home(home.clone())), Some(None))
    }

    /// Returns documents that are written although they did not change, so that
    /// their versions change. A concurrent writer that made its decisions from
    /// the previous versions then conflicts and repeats its merge.
    ///
    /// - The days from which a month's new and changed entries were derived.
    ///   This conflicts with a writer that adds to one of these days and assumes
    ///   that no month needs the addition.
    /// - The home, when a day is created. This conflicts with a writer that
    ///   closes days without knowing of the new one, because it writes the home too.
    pub(super) fn witnesses(&self) -> Vec<(DocumentId, Document)> {
        let source_days = self.source_days_of_changed_months();
        let creates_a_day = self.writes.iter().any(|(id, _)| {
            matches!(id, DocumentId::Day(..)) && matches!(self.read.get(id), Some(None))
        });
        let is_witness = |id: &DocumentId| match id {
            DocumentId::Home(_) => creates_a_day,
            DocumentId::Day(_, fuel, date) => source_days.contains(&(*fuel, *date)),
            DocumentId::Month(..) => false,
        };
        let is_written = |id: &DocumentId| self.writes.iter().any(|(written, _)| written == id);
        let unchanged = self.read.iter().filter(|(id, _)| is_witness(id) && !is_written(id));
        unchanged
            .filter_map(|(id, found)| Some((id.clone(), found.as_ref()?.document.clone())))
            .collect()
    }

    /// The UTC days that overlap the local days whose month entries changed.
    fn source_days_of_changed_months(&self) -> BTreeSet<(Fuel, Date)> {
        let months = self.writes.iter().filter_map(|(id, document)| match document {
            Document::Month(month) => Some((id, month)),
            _ => None,
        });
        let mut days = BTreeSet::new();
        for (id, month) in months {
            let before = match self.read.get(id).and_then(Option::as_ref) {
                Some(StoredDocument { document: Document::Month(before), .. }) => Some(before),
                _ => None,
            };
            let is_unchanged = |day, entry| match before {
                // After a time zone change the whole month is rebuilt. It is not used before the home
                // is written, and a writer that uses the old zone writes the home too.
                Some(before) if before.zone != month.zone => before.days.contains_key(day),
                Some(before) => before.days.get(day) == Some(entry),
                None => false,
            };
            for (day, _) in month.days.iter().filter(|(day, entry)| !is_unchanged(day, entry)) {
                let date = month.month.saturating_add(i64::from(day - 1).days());
                let adjacent = [calendar::previous_day(date), date, calendar::next_day(date)];
                days.extend(adjacent.map(|date| (month.fuel, date)));
            }
        }
        days
    }
}

impl Cosmos {
    /// Reads the documents that a home's changes need, and merges the changes.
    pub(super) async fn merge(
        &self,
        home: &HomeId,
        changes: Vec<Change>,
    ) -> Result<HomeMerge, StoreError> {
        let mut merge = Merge::new(home.clone(), changes, &self.zone);
        let mut read = BTreeMap::new();
        loop {
            let missing = merge.missing_documents();
            if missing.is_empty() {
                break;
            }
            for (id, found) in self.load_all(missing).await? {
                merge.supply(id.clone(), found.as_ref().map(|found| found.document.clone()));
                read.insert(id, found);
            }
        }
        let (writes, counts) = merge.finish();
        Ok(HomeMerge { read, writes, counts })
    }

    /// Reads the home last. A writer that moves its days into months changes the
    /// days in the same transaction, so a day that is older than the home's
    /// information about it cannot be written.
    async fn load_all(
        &self,
        ids: Vec<DocumentId>,
    ) -> Result<Vec<(DocumentId, Option<StoredDocument>)>, StoreError> {
        let (homes, others): (Vec<_>, Vec<_>) =
            ids.into_iter().partition(|id| matches!(id, DocumentId::Home(_)));
        let load = |id: DocumentId| async move {
            let found = self.load(&id).await?;
            Ok::<_, StoreError>((id, found))
        };
        let mut all: Vec<_> =
            stream::iter(others).map(load).buffer_unordered(MAX_CONCURRENCY).try_collect().await?;
        for home in homes {
            all.push(load(home).await?);
        }
        Ok(all)
    }

    pub(super) async fn load(&self, id: &DocumentId) -> Result<Option<StoredDocument>, StoreError> {
        let documents = self.account.documents().await?;
        let key = Key::for_document(id);
        let Some((json, etag)) = operation::read(documents, &key).await? else {
            return Ok(None);
        };
        Ok(Some(StoredDocument { document: item::parse(id.kind(), &key.partition, &json)?, etag }))
    }
}
