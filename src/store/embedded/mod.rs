//! The embedded store: SQLite in WAL mode. Every commit is flushed to the disk
//! before it is acknowledged.
//!
//! One transaction runs at a time. Requests that arrive while it waits for the
//! disk share the next transaction and its flush.

mod dead_letters;
mod permissions;
mod readers;
mod schema;
mod session;
mod writer;

use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    BrokenHome, DeadLetter, DeadLetterChanges, DeadLetterKey, DroppedDeadLetters, HomeChanges,
    StoreError,
};
use crate::domain::document::{Document, DocumentId, DocumentKind, Home};
use crate::domain::merge::ChangeCounts;
use readers::Readers;
pub(super) use schema::DATABASE_VERSION;
use writer::{WriteRequest, Writer};

/// A handle; clones share the database.
#[derive(Clone, Debug)]
pub struct Embedded {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
}

impl Embedded {
    pub(super) fn open(directory: &Path, zone: &TimeZone) -> Result<Self, StoreError> {
        let file = directory.join("cloudsmets.sqlite");
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .and_then(|()| permissions::make_private(&file))
            .map_err(|source| StoreError::Directory { path: directory.to_owned(), source })?;
        let mut connection = Connection::open(&file)?;
        schema::prepare(&mut connection)?;
        let writer = Writer::new(connection, zone.clone());
        Ok(Self { writer: Arc::new(writer), readers: Arc::new(Readers::new(file)) })
    }

    pub(super) async fn record(
        &self,
        changes: Vec<HomeChanges>,
        dead_letters: Vec<DeadLetter>,
    ) -> Result<ChangeCounts, StoreError> {
        self.writer.write(WriteRequest { changes, dead_letters, ..WriteRequest::default() }).await
    }

    pub(super) async fn read(
        &self,
        ids: Vec<DocumentId>,
    ) -> Result<Vec<Option<Document>>, StoreError> {
        self.readers
            .with_connection(move |connection| {
                ids.iter().map(|id| session::load(connection, id)).collect()
            })
            .await
    }

    /// Ids of one kind and fuel sort by date, so a span of dates is one range.
    pub(super) async fn range(
        &self,
        from: DocumentId,
        to: DocumentId,
    ) -> Result<Vec<Document>, StoreError> {
        self.readers
            .with_connection(move |connection| {
                let mut statement = connection.prepare_cached(
                    "SELECT id, body FROM documents WHERE partition = ?1 AND id BETWEEN ?2 AND ?3 ORDER BY id",
                )?;
                let partition = from.partition();
                let mut rows = statement.query(params![partition, from.to_string(), to.to_string()])?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(session::parse(from.kind(), &partition, row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_blob()?)?);
                }
                Ok(found)
            })
            .await
    }

    pub(super) async fn homes(&self) -> Result<Vec<Result<Home, BrokenHome>>, StoreError> {
        self.readers
            .with_connection(|connection| {
                let mut statement = connection.prepare_cached(
                    "SELECT id, body FROM documents WHERE partition = ?1 ORDER BY id",
                )?;
                let mut rows = statement.query([DocumentId::HOMES_PARTITION])?;
                let mut homes = Vec::new();
                while let Some(row) = rows.next()? {
                    homes.extend(listed_home(row)?);
                }
                Ok(homes)
            })
            .await
    }

    pub(super) async fn dead_letter_keys(
        &self,
        limit: usize,
    ) -> Result<Vec<DeadLetterKey>, StoreError> {
        self.readers.with_connection(move |connection| dead_letters::keys(connection, limit)).await
    }

    pub(super) async fn load_dead_letters(
        &self,
        keys: Vec<DeadLetterKey>,
    ) -> Result<Vec<(DeadLetterKey, DeadLetter)>, StoreError> {
        self.readers
            .with_connection(move |connection| {
                let load = |key: DeadLetterKey| {
                    let letter = dead_letters::load(connection, &key.id).transpose()?;
                    Some(letter.map(|letter| (key, letter)))
                };
                keys.into_iter().filter_map(load).collect()
            })
            .await
    }

    pub(super) async fn update_dead_letters(
        &self,
        changes: DeadLetterChanges,
    ) -> Result<(), StoreError> {
        let work = WriteRequest { dead_letter_changes: changes, ..WriteRequest::default() };
        self.writer.write(work).await.map(|_| ())
    }

    pub(super) async fn dropped_dead_letters(&self) -> Result<Vec<DroppedDeadLetters>, StoreError> {
        self.readers.with_connection(dead_letters::dropped).await
    }
}

/// Reads a row of the partition of homes. `None` if it is not a home.
fn listed_home(row: &rusqlite::Row<'_>) -> Result<Option<Result<Home, BrokenHome>>, StoreError> {
    let (id, body) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_blob()?);
    match session::parse(DocumentKind::Home, DocumentId::HOMES_PARTITION, id, body) {
        Ok(Document::Home(home)) => Ok(Some(Ok(home))),
        Ok(_) => Ok(None),
        Err(error) => match DocumentId::parse_home(id) {
            Some(id) => BrokenHome::new(id, error).map(|broken| Some(Err(broken))),
            None => Err(error),
        },
    }
}

impl From<rusqlite::types::FromSqlError> for StoreError {
    fn from(error: rusqlite::types::FromSqlError) -> Self {
        Self::Sqlite(error.into())
    }
}

fn optional<T>(result: rusqlite::Result<T>) -> Result<Option<T>, StoreError> {
    Ok(result.optional()?)
}
