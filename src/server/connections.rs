//! All open connections. At the limit, the one that has waited longest for its client makes room,
//! so that clients that send nothing cannot lock others out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::connection::Connection;

type ById = HashMap<u64, Arc<Connection>>;

/// The open connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Connections {
    open: Arc<Mutex<ById>>,
    /// Notified when a connection has been closed or becomes one that may be closed.
    changed: Arc<Notify>,
}

/// The place of a connection among the open ones, which is free again on drop.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) connection: Arc<Connection>,
    id: u64,
    connections: Connections,
}

impl Connections {
    fn open(&self) -> MutexGuard<'_, ById> {
        // The map is valid after each statement, so a panic elsewhere does not matter.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether another connection would exceed the limit.
    pub(super) fn is_full(&self, limit: Option<usize>) -> bool {
        limit.is_some_and(|limit| self.open().len() >= limit)
    }

    /// Adds a connection. At the limit, closes the one that has waited longest for its client; if
    /// there is none, because all have a request to answer, waits until there is one.
    pub(super) async fn add(&self, id: u64, limit: Option<usize>) -> Slot {
        while self.is_full(limit) {
            self.close_longest_waiting();
            self.changed.notified().await;
        }
        let connection = Arc::new(Connection::new(Arc::clone(&self.changed)));
        self.open().insert(id, Arc::clone(&connection));
        Slot { connection, id, connections: self.clone() }
    }

    /// Closes the connection that has waited longest for its client, unless one is being closed
    /// already.
    pub(super) fn close_longest_waiting(&self) {
        let open = self.open();
        if open.values().any(|connection| connection.is_closing()) {
            return;
        }
        let waiting = open.values().filter_map(|one| Some((one.waiting_since()?, one)));
        if let Some((_, connection)) = waiting.min_by_key(|(since, _)| *since) {
            connection.close_if_waiting();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.connections.open().remove(&self.id);
        self.connections.changed.notify_one();
    }
}
