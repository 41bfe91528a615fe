//! Group commit.
//!
//! A request puts its job into the queue. If no other request is writing, it
//! writes all queued jobs in one transaction with one flush; otherwise it waits
//! for its reply. A single request is therefore written without a thread switch, and
//! concurrent requests share a flush.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use rusqlite::Connection;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::oneshot;

use super::session::{Cache, Session};
use super::{DeadLetter, DeadLetterChanges, HomeChanges, StoreError, dead_letters};
use crate::domain::merge::ChangeCounts;

type WriteResult = Result<ChangeCounts, StoreError>;

/// What one request writes.
#[derive(Debug, Default)]
pub(super) struct WriteRequest {
    pub(super) changes: Vec<HomeChanges>,
    pub(super) dead_letters: Vec<DeadLetter>,
    pub(super) dead_letter_changes: DeadLetterChanges,
}

struct Job {
    work: WriteRequest,
    reply: oneshot::Sender<WriteResult>,
    deadline: Instant,
}

/// How long a write waits for another process's write, such as an import beside
/// a running server, and the delay between two attempts.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);
const BUSY_RETRY_DELAY: Duration = Duration::from_millis(5);

/// The largest number of requests that share one flush, so that none waits for
/// too many others.
const MAX_GROUP_SIZE: usize = 256;

/// The queue and the database. `queue` is locked for a push or a take only;
/// `database` for a whole transaction.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Mutex<Vec<Job>>,
    database: Mutex<Database>,
}

#[derive(Debug)]
struct Database {
    connection: Connection,
    cache: Cache,
    zone: TimeZone,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("homes", &self.work.changes.len()).finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn new(connection: Connection, zone: TimeZone) -> Self {
        let database = Database { connection, cache: Cache::default(), zone };
        Self { queue: Mutex::new(Vec::new()), database: Mutex::new(database) }
    }

    pub(super) async fn write(self: &Arc<Self>, work: WriteRequest) -> WriteResult {
        let (reply, receiver) = oneshot::channel();
        let deadline = Instant::now() + BUSY_TIMEOUT;
        self.lock_queue().push(Job { work, reply, deadline });
        // Let requests that have already arrived queue their jobs, so that they share the flush.
        tokio::task::yield_now().await;
        self.write_queued();
        receiver.await.map_err(|_| StoreError::Closed)?
    }

    /// Writes the queued jobs unless another task is writing. That task checks
    /// the queue again after it unlocks the database, so no job is left behind.
    fn write_queued(self: &Arc<Self>) {
        let Some(mut database) = self.try_lock_database() else { return };
        let group = take_group(&mut self.lock_queue());
        let unwritten = match group.is_empty() {
            true => group,
            false => without_blocking_others(|| database.write_group(group)),
        };
        drop(database);
        if !unwritten.is_empty() {
            self.lock_queue().splice(0..0, unwritten);
            self.schedule_write(BUSY_RETRY_DELAY);
        } else if !self.lock_queue().is_empty() {
            // Let another task continue; otherwise this request would wait for all later ones.
            self.schedule_write(Duration::ZERO);
        }
    }

    fn schedule_write(self: &Arc<Self>, pause: Duration) {
        let writer = self.clone();
        tokio::spawn(async move {
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
            writer.write_queued();
        });
    }

    fn lock_queue(&self) -> MutexGuard<'_, Vec<Job>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the database unless another task is writing. After a panic during
    /// a write the transaction has been rolled back, so the lock stays usable.
    fn try_lock_database(&self) -> Option<MutexGuard<'_, Database>> {
        match self.database.try_lock() {
            Ok(database) => Some(database),
            Err(std::sync::TryLockError::Poisoned(poisoned)) => {
                self.database.clear_poison();
                let mut database = poisoned.into_inner();
                database.cache.clear();
                Some(database)
            }
            Err(std::sync::TryLockError::WouldBlock) => None,
        }
    }
}

/// Runs a blocking write. On a runtime with several threads another thread takes
/// over the other tasks meanwhile: a flush takes milliseconds on a good disk,
/// but can take seconds on an SD card.
fn without_blocking_others<T>(write: impl FnOnce() -> T) -> T {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => tokio::task::block_in_place(write),
        _ => write(),
    }
}

fn take_group(queue: &mut Vec<Job>) -> Vec<Job> {
    let count = queue.len().min(MAX_GROUP_SIZE);
    queue.drain(..count).collect()
}

impl Database {
    /// Writes a group in one transaction. If that fails, writes each job in a
    /// transaction of its own, so that one bad job does not fail the others.
    /// Returns the jobs that have to wait because another process is writing.
    fn write_group(&mut self, mut group: Vec<Job>) -> Vec<Job> {
        let error = match self.write(&group) {
            Ok(counts) => {
                for (job, counts) in group.into_iter().zip(counts) {
                    // The caller may have gone away; the job is durable all the same.
                    let _ = job.reply.send(Ok(counts));
                }
                return Vec::new();
            }
            Err(error) => error,
        };
        self.cache.clear();
        if error.is_busy() && group.iter().all(|job| Instant::now() < job.deadline) {
            return group;
        }
        match group.len() {
            1 => {
                let _ = group.remove(0).reply.send(Err(error));
                Vec::new()
            }
            _ => group.into_iter().flat_map(|job| self.write_group(vec![job])).collect(),
        }
    }

    fn write(&mut self, group: &[Job]) -> Result<Vec<ChangeCounts>, StoreError> {
        let transaction = Transaction::begin(&self.connection)?;
        self.cache.refresh(&self.connection)?;
        let mut session = Session::new(&self.connection, &mut self.cache, &self.zone);
        let mut all = Vec::with_capacity(group.len());
        let mut dropped = BTreeMap::new();
        for Job { work, .. } in group {
            let mut counts = ChangeCounts::default();
            for changes in &work.changes {
                counts += session.apply(changes.clone())?;
            }
            for letter in &work.dead_letters {
                let device = letter.device.as_deref().unwrap_or_default();
                *dropped.entry(device).or_default() +=
                    dead_letters::insert(&self.connection, letter)?;
            }
            dead_letters::apply(&self.connection, &work.dead_letter_changes)?;
            all.push(counts);
        }
        session.flush()?;
        transaction.commit()?;
        log_dropped(&dropped);
        Ok(all)
    }
}

fn log_dropped(dropped: &BTreeMap<&str, u64>) {
    for (device, count) in dropped.iter().filter(|(_, count)| **count > 0) {
        tracing::warn!(
            device.id = device,
            dead_letters.dropped = count,
            "old dead letters dropped to stay within the device's limit"
        );
    }
}

/// A transaction with cached statements. Rolls back on drop unless it was committed.
struct Transaction<'a> {
    connection: &'a Connection,
    is_open: bool,
}

impl<'a> Transaction<'a> {
    fn begin(connection: &'a Connection) -> Result<Self, StoreError> {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(Self { connection, is_open: true })
    }

    fn commit(mut self) -> Result<(), StoreError> {
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        self.is_open = false;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.is_open {
            // Fails only if SQLite has already rolled back.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}
