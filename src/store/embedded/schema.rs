//! The tables and the database's settings.

use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;
use crate::domain::document::{NewerSchema, SCHEMA_VERSION};

/// `documents` keeps its rowid although its key is text, so that a document of
/// one to three kilobytes stays on the same page when it is rewritten.
const TABLES: &str = "
    CREATE TABLE documents (
        partition TEXT NOT NULL,
        id TEXT NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (partition, id)
    );
    CREATE TABLE dead_letters (
        id TEXT NOT NULL UNIQUE,
        device TEXT,
        enqueued INTEGER,
        reason TEXT NOT NULL,
        body BLOB NOT NULL
    );
";

/// How long opening waits for a write of another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// Creates the tables in an empty database and refuses a database of a newer version.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL flushes the log at every commit, so acknowledged data survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Reading the version takes no write lock, so opening an existing store never waits for a writer.
    if version(connection)? == 0 {
        create_tables(connection)?;
    }
    match version(connection)? {
        SCHEMA_VERSION => {}
        found => return Err(NewerSchema { found }.into()),
    }
    // From here on the writer retries by itself, without blocking a thread.
    connection.busy_timeout(Duration::ZERO)?;
    Ok(())
}

fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn create_tables(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have created them while this one waited.
    if version(&transaction)? == 0 {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    }
    transaction.commit()?;
    Ok(())
}
