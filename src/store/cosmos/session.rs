//! One attempt at a home's merge: what was read, in which version.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt, TryStreamExt};

use super::item::{self, Found, Key};
use super::{AT_ONCE, Cosmos, StoreError, operation};
use crate::domain::document::{Document, DocumentId};
use crate::domain::identity::HomeId;
use crate::domain::merge::{Change, Counts, Merge};

/// What a merge read and what it wants written.
pub(super) struct Session {
    pub(super) read: BTreeMap<DocumentId, Option<Found>>,
    pub(super) writes: Vec<(DocumentId, Document)>,
    pub(super) counts: Counts,
}

impl Session {
    /// Whether the home was not there before.
    pub(super) fn is_new(&self, home: &HomeId) -> bool {
        matches!(self.read.get(&DocumentId::Home(home.clone())), Some(None))
    }

    /// Days that entries of a month were made from without being written.
    /// Their versions have to change too: a writer who holds one of them has
    /// not seen that its day is in a month now.
    pub(super) fn witnesses(&self) -> Vec<(DocumentId, Document)> {
        let is_written = |id: &DocumentId| self.writes.iter().any(|(written, _)| written == id);
        let makes_entries = self.writes.iter().any(|(id, _)| matches!(id, DocumentId::Month(..)));
        let days = self.read.iter().filter(|(id, _)| matches!(id, DocumentId::Day(..)));
        days.filter(|(id, _)| makes_entries && !is_written(id))
            .filter_map(|(id, found)| Some((id.clone(), found.as_ref()?.document.clone())))
            .collect()
    }
}

impl Cosmos {
    /// Reads what a home's changes need and works them in.
    pub(super) async fn merge(
        &self,
        home: &HomeId,
        changes: Vec<Change>,
    ) -> Result<Session, StoreError> {
        let mut merge = Merge::new(home.clone(), changes, &self.zone);
        let mut read = BTreeMap::new();
        loop {
            let missing = merge.missing();
            if missing.is_empty() {
                break;
            }
            for (id, found) in self.load_all(missing).await? {
                merge.supply(id.clone(), found.as_ref().map(|found| found.document.clone()));
                read.insert(id, found);
            }
        }
        let (writes, counts) = merge.finish();
        Ok(Session { read, writes, counts })
    }

    /// The home last: whoever moves its days into months changes the days in
    /// the same transaction, so days that are older than what the home says
    /// cannot be written.
    async fn load_all(
        &self,
        ids: Vec<DocumentId>,
    ) -> Result<Vec<(DocumentId, Option<Found>)>, StoreError> {
        let (homes, others): (Vec<_>, Vec<_>) =
            ids.into_iter().partition(|id| matches!(id, DocumentId::Home(_)));
        let load = |id: DocumentId| async move {
            let found = self.load(&id).await?;
            Ok::<_, StoreError>((id, found))
        };
        let mut all: Vec<_> =
            stream::iter(others).map(load).buffer_unordered(AT_ONCE).try_collect().await?;
        for home in homes {
            all.push(load(home).await?);
        }
        Ok(all)
    }

    /// Reads one document.
    pub(super) async fn load(&self, id: &DocumentId) -> Result<Option<Found>, StoreError> {
        let documents = self.account.documents().await?;
        let Some((json, etag)) = operation::read(documents, &Key::of(id)).await? else {
            return Ok(None);
        };
        Ok(Some(Found { document: item::parse(id, &json)?, etag }))
    }
}
