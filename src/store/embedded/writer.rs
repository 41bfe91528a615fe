//! The one thread that writes.

use std::sync::mpsc;
use std::thread;

use jiff::tz::TimeZone;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::session::{Cache, Session};
use super::{DeadLetter, HomeChanges, StoreError};
use crate::domain::merge::Counts;

/// What one request wants written.
pub(super) struct Job {
    pub(super) changes: Vec<HomeChanges>,
    pub(super) dead: Vec<DeadLetter>,
    pub(super) reply: oneshot::Sender<Result<Counts, StoreError>>,
}

/// Requests that share one flush at most, so that none waits for too many others.
const LARGEST_GROUP: usize = 256;

/// The writer's end that requests hold.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    /// Starts the thread. It ends when the last handle is dropped.
    pub(super) fn start(connection: Connection, zone: TimeZone) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel();
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(connection, &zone, &queue))
            .map_err(|source| StoreError::Directory { path: "store-writer".into(), source })?;
        Ok(Self { jobs })
    }

    pub(super) fn send(&self, job: Job) -> Result<(), StoreError> {
        self.jobs.send(job).map_err(|_| StoreError::Closed)
    }
}

fn run(mut connection: Connection, zone: &TimeZone, queue: &mpsc::Receiver<Job>) {
    let mut cache = Cache::default();
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        group.extend(queue.try_iter().take(LARGEST_GROUP - 1));
        write_group(&mut connection, &mut cache, zone, group);
    }
}

/// Writes a group in one transaction. If that fails, each by itself, so that
/// one request's trouble is not everybody's.
fn write_group(connection: &mut Connection, cache: &mut Cache, zone: &TimeZone, group: Vec<Job>) {
    match write(connection, cache, zone, &group) {
        Ok(counts) => {
            for (job, counts) in group.into_iter().zip(counts) {
                // A caller that went away has lost interest in the answer only.
                let _ = job.reply.send(Ok(counts));
            }
        }
        Err(error) if group.len() == 1 => {
            cache.clear();
            for job in group {
                let _ = job.reply.send(Err(StoreError::Group(error.to_string())));
            }
        }
        Err(_) => {
            cache.clear();
            for job in group {
                write_group(connection, cache, zone, vec![job]);
            }
        }
    }
}

fn write(
    connection: &mut Connection,
    cache: &mut Cache,
    zone: &TimeZone,
    group: &[Job],
) -> Result<Vec<Counts>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    cache.refresh(&transaction)?;
    let mut session = Session::new(&transaction, cache, zone);
    let mut all = Vec::with_capacity(group.len());
    for job in group {
        let mut counts = Counts::default();
        for changes in &job.changes {
            counts += session.apply(changes.clone())?;
        }
        for letter in &job.dead {
            session.keep_aside(letter)?;
        }
        all.push(counts);
    }
    session.flush()?;
    transaction.commit()?;
    Ok(all)
}
