//! The tables, their versions and the database's settings.
//!
//! A new database gets the tables of version 1 and then every migration, so
//! that it equals a migrated one.

use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::StoreError;
use crate::store::dead_letter::NOT_BASE64_REASON;

/// The version of the tables that this program creates and reads. It is
/// independent of the schema number in each document.
pub(in crate::store) const DATABASE_VERSION: u32 = 2;

/// Version 1. `documents` keeps its rowid although its key is text, so that a
/// document of one to three kilobytes stays on the same page when it is rewritten.
const VERSION_1: &str = "
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

/// Version 2: whether a dead letter's body was base64, when it was stored, and
/// each device's total size with a flat overhead for each dead letter. Events
/// without a device id share the empty one.
const VERSION_2: &str = "
    CREATE INDEX dead_letters_by_device ON dead_letters (device);
    CREATE INDEX dead_letters_by_age ON dead_letters (stored);
    CREATE TABLE dead_letter_usage (
        device TEXT NOT NULL PRIMARY KEY,
        bytes INTEGER NOT NULL,
        dropped INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    INSERT INTO dead_letter_usage (device, bytes)
        SELECT coalesce(device, ''), sum(length(body) + 256) FROM dead_letters GROUP BY 1;
    CREATE TRIGGER dead_letter_inserted AFTER INSERT ON dead_letters BEGIN
        INSERT INTO dead_letter_usage (device, bytes)
            VALUES (coalesce(new.device, ''), length(new.body) + 256)
            ON CONFLICT (device) DO UPDATE SET bytes = bytes + excluded.bytes;
    END;
    CREATE TRIGGER dead_letter_deleted AFTER DELETE ON dead_letters BEGIN
        UPDATE dead_letter_usage SET bytes = bytes - length(old.body) - 256
            WHERE device = coalesce(old.device, '');
    END;
";

/// How long opening waits for a write of another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// Creates the tables or migrates those of an older version, and refuses those
/// of a newer one.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL flushes the log at every commit, so acknowledged data survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Reading the version takes no write lock, so opening an up-to-date store never waits for a writer.
    if version(connection)? < DATABASE_VERSION {
        migrate(connection)?;
    }
    match version(connection)? {
        DATABASE_VERSION => {}
        found => return Err(StoreError::NewerDatabase { found }),
    }
    // From here on the writer does its own retries, without blocking a thread.
    connection.busy_timeout(Duration::ZERO)?;
    Ok(())
}

fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have migrated the tables while this one waited.
    let found = version(&transaction)?;
    if found < 1 {
        transaction.execute_batch(VERSION_1)?;
    }
    if found < 2 {
        migrate_to_2(&transaction)?;
    }
    if found < DATABASE_VERSION {
        transaction.pragma_update(None, "user_version", DATABASE_VERSION)?;
    }
    transaction.commit()?;
    Ok(())
}

/// Existing dead letters count as stored now. The time is the column's default
/// value, because that does not rewrite their bodies.
fn migrate_to_2(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let now: i64 = transaction.query_row("SELECT unixepoch()", [], |row| row.get(0))?;
    transaction.execute_batch(&format!(
        "ALTER TABLE dead_letters ADD COLUMN decoded INTEGER NOT NULL DEFAULT 1;
         ALTER TABLE dead_letters ADD COLUMN stored INTEGER NOT NULL DEFAULT {now};"
    ))?;
    transaction
        .execute("UPDATE dead_letters SET decoded = 0 WHERE reason = ?1", [NOT_BASE64_REASON])?;
    transaction.execute_batch(VERSION_2)?;
    Ok(())
}
