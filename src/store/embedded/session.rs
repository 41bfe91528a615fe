//! One transaction's view of the documents.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use rusqlite::{Connection, params};

use super::{HomeChanges, StoreError, optional};
use crate::domain::document::{Document, DocumentId, DocumentKind, UnreadableDocument};
use crate::domain::merge::{ChangeCounts, Merge};

/// Documents as they are, or will be once this transaction is committed.
#[derive(Debug, Default)]
pub(super) struct Cache {
    documents: HashMap<DocumentId, Option<Document>>,
    /// `PRAGMA data_version` when the cache was filled: it changes with every
    /// commit of another connection.
    data_version: i64,
}

/// The number of documents cached between transactions: the current days and
/// months of a few homes.
const MAX_CACHED_DOCUMENTS: usize = 512;

impl Cache {
    /// Clears the cache if another connection has committed or the cache is too large.
    pub(super) fn refresh(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let mut statement = connection.prepare_cached("PRAGMA data_version")?;
        let version = statement.query_row([], |row| row.get(0))?;
        if version != self.data_version || self.documents.len() > MAX_CACHED_DOCUMENTS {
            self.documents.clear();
        }
        self.data_version = version;
        Ok(())
    }

    pub(super) fn clear(&mut self) {
        self.documents.clear();
    }
}

/// An open transaction.
pub(super) struct Session<'a> {
    connection: &'a Connection,
    cache: &'a mut Cache,
    zone: &'a TimeZone,
    dirty: Vec<DocumentId>,
}

impl<'a> Session<'a> {
    pub(super) const fn new(
        connection: &'a Connection,
        cache: &'a mut Cache,
        zone: &'a TimeZone,
    ) -> Self {
        Self { connection, cache, zone, dirty: Vec::new() }
    }

    /// Merges one home's changes into its documents.
    pub(super) fn apply(
        &mut self,
        (home, changes): HomeChanges,
    ) -> Result<ChangeCounts, StoreError> {
        let mut merge = Merge::new(home, changes, self.zone);
        loop {
            let missing = merge.missing_documents();
            if missing.is_empty() {
                break;
            }
            for id in missing {
                let document = match self.cache.documents.get(&id) {
                    Some(cached) => cached.clone(),
                    None => load(self.connection, &id)?,
                };
                merge.supply(id, document);
            }
        }
        let (writes, counts) = merge.finish();
        for (id, document) in writes {
            self.dirty.push(id.clone());
            self.cache.documents.insert(id, Some(document));
        }
        Ok(counts)
    }

    /// Writes each changed document once, even if several jobs changed it.
    pub(super) fn flush(mut self) -> Result<(), StoreError> {
        self.dirty.sort();
        self.dirty.dedup();
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO documents (partition, id, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (partition, id) DO UPDATE SET body = excluded.body",
        )?;
        for id in &self.dirty {
            if let Some(Some(document)) = self.cache.documents.get(id) {
                statement.execute(params![id.partition(), id.to_string(), document.to_json()?])?;
            }
        }
        Ok(())
    }
}

pub(super) fn load(
    connection: &Connection,
    id: &DocumentId,
) -> Result<Option<Document>, StoreError> {
    let (partition, text) = (id.partition(), id.to_string());
    let mut statement =
        connection.prepare_cached("SELECT body FROM documents WHERE partition = ?1 AND id = ?2")?;
    let body: Option<Vec<u8>> =
        optional(statement.query_row(params![partition, text], |row| row.get(0)))?;
    body.map(|body| parse(id.kind(), &partition, &text, &body)).transpose()
}

pub(super) fn parse(
    kind: DocumentKind,
    partition: &str,
    id: &str,
    body: &[u8],
) -> Result<Document, StoreError> {
    Document::from_json(kind, body).map_err(|source| match source {
        UnreadableDocument::Newer(newer) => newer.into(),
        source => {
            StoreError::Unreadable { partition: partition.to_owned(), id: id.to_owned(), source }
        }
    })
}
