//! Dead letters in SQLite. Triggers of the schema keep each device's total
//! size; every insert removes a bounded number of expired and excess ones.

use rusqlite::{Connection, params};

use super::{DeadLetter, DeadLetterChanges, DeadLetterKey, StoreError, optional};
use crate::domain::units::Moment;
use crate::store::dead_letter::DroppedDeadLetters;

/// How long a dead letter is kept after it was stored, in seconds: a year, the
/// time to live of the container in Cosmos DB.
const MAX_AGE_SECONDS: i64 = 365 * 24 * 60 * 60;

/// The largest total size of a device's dead letters, in bytes. Its oldest ones
/// are dropped to make room for a new one.
const MAX_BYTES_PER_DEVICE: i64 = 64 * 1024 * 1024;

/// How many expired and how many excess dead letters an insert removes at most,
/// so that an insert into an old, large database does not take long.
const MAX_EXPIRED_PER_INSERT: i64 = 16;
const MAX_DROPPED_PER_INSERT: u64 = 1_024;

/// Inserts a dead letter unless it exists. Returns how many of the device's
/// oldest dead letters were dropped for it.
pub(super) fn insert(connection: &Connection, letter: &DeadLetter) -> Result<u64, StoreError> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO dead_letters (id, device, enqueued, reason, body, decoded, stored)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, unixepoch()) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            letter.id,
            letter.device,
            letter.enqueued.map(|at| at.unix()),
            letter.reason,
            letter.body,
            letter.is_decoded,
        ])?;
    if inserted == 0 {
        return Ok(0);
    }
    let row = connection.last_insert_rowid();
    remove_expired(connection)?;
    drop_excess(connection, letter.device.as_deref(), row)
}

fn remove_expired(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM dead_letters WHERE rowid IN (SELECT rowid FROM dead_letters
             WHERE stored < unixepoch() - ?1 ORDER BY stored LIMIT ?2)",
        )?
        .execute([MAX_AGE_SECONDS, MAX_EXPIRED_PER_INSERT])?;
    Ok(())
}

fn drop_excess(
    connection: &Connection,
    device: Option<&str>,
    newest_row: i64,
) -> Result<u64, StoreError> {
    let account = device.unwrap_or_default();
    let mut usage =
        connection.prepare_cached("SELECT bytes FROM dead_letter_usage WHERE device = ?1")?;
    let mut drop_oldest = connection.prepare_cached(
        "DELETE FROM dead_letters WHERE rowid = (SELECT rowid FROM dead_letters
         WHERE device IS ?1 AND rowid <> ?2 ORDER BY rowid LIMIT 1)",
    )?;
    let mut dropped = 0;
    while dropped < MAX_DROPPED_PER_INSERT
        && usage.query_row([account], |row| row.get::<_, i64>(0))? > MAX_BYTES_PER_DEVICE
        && drop_oldest.execute(params![device, newest_row])? > 0
    {
        dropped += 1;
    }
    if dropped > 0 {
        connection
            .prepare_cached(
                "UPDATE dead_letter_usage SET dropped = dropped + ?2 WHERE device = ?1",
            )?
            .execute(params![account, i64::try_from(dropped).unwrap_or(i64::MAX)])?;
    }
    Ok(dropped)
}

pub(super) fn apply(
    connection: &Connection,
    changes: &DeadLetterChanges,
) -> Result<(), StoreError> {
    let mut remove = connection.prepare_cached("DELETE FROM dead_letters WHERE id = ?1")?;
    for key in &changes.removed {
        remove.execute([&key.id])?;
    }
    let mut explain =
        connection.prepare_cached("UPDATE dead_letters SET reason = ?2 WHERE id = ?1")?;
    for (key, reason) in &changes.new_reasons {
        explain.execute([&key.id, reason])?;
    }
    Ok(())
}

/// The keys of the oldest dead letters, in the order in which they were stored.
pub(super) fn keys(
    connection: &Connection,
    limit: usize,
) -> Result<Vec<DeadLetterKey>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM dead_letters WHERE stored >= unixepoch() - ?1 ORDER BY rowid LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let keys = statement.query_map([MAX_AGE_SECONDS, limit], |row| {
        Ok(DeadLetterKey { partition: String::new(), id: row.get(0)? })
    })?;
    Ok(keys.collect::<Result<_, _>>()?)
}

pub(super) fn load(connection: &Connection, id: &str) -> Result<Option<DeadLetter>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, device, enqueued, reason, body, decoded FROM dead_letters WHERE id = ?1",
    )?;
    optional(statement.query_row([id], |row| {
        Ok(DeadLetter {
            id: row.get(0)?,
            device: row.get(1)?,
            enqueued: row.get::<_, Option<i64>>(2)?.map(Moment::from_unix),
            reason: row.get(3)?,
            body: row.get(4)?,
            is_decoded: row.get(5)?,
        })
    }))
}

pub(super) fn dropped(connection: &Connection) -> Result<Vec<DroppedDeadLetters>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT device, dropped FROM dead_letter_usage WHERE dropped > 0 ORDER BY device",
    )?;
    let dropped = statement.query_map([], |row| {
        let device = Some(row.get::<_, String>(0)?).filter(|device| !device.is_empty());
        Ok(DroppedDeadLetters { device, count: row.get::<_, i64>(1)?.unsigned_abs() })
    })?;
    Ok(dropped.collect::<Result<_, _>>()?)
}
