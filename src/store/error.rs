//! What can go wrong with a store.

use crate::domain::document::{NewerSchema, UnreadableDocument};

/// A store that did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data directory cannot be used.
    #[error("the data directory {path} cannot be used: {source}")]
    Directory {
        /// Which directory.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite's own word.
    #[error("the embedded database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A newer program wrote the store.
    #[error(transparent)]
    NewerSchema(#[from] NewerSchema),
    /// A document that this program cannot read.
    #[error("the document {id} of {partition}: {source}")]
    Unreadable {
        /// Its partition.
        partition: String,
        /// Its id.
        id: String,
        /// What is wrong with it.
        source: UnreadableDocument,
    },
    /// A document that cannot be written.
    #[error("a document cannot be written: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// This program keeps no readings.
    #[error("no store is set: neither COSMOS_ENDPOINT nor CLOUDSMETS_DATA_DIR")]
    NotConfigured,
    /// What Cosmos DB, or the way to it, said.
    #[cfg(feature = "azure")]
    #[error("Cosmos DB: {0}")]
    Cosmos(#[from] azure_data_cosmos::CosmosError),
    /// Cosmos DB refused a transaction as a whole.
    #[error("Cosmos DB refused a transaction with status {status}")]
    BatchRefused {
        /// The status of the operation that was refused.
        status: u16,
    },
    /// Cosmos DB gave a document without its version.
    #[error("Cosmos DB gave a document without its etag")]
    MissingEtag,
    /// What came is no document of anybody's.
    #[error("the answer is no item of Cosmos DB")]
    UnexpectedResponse,
    /// Other writers were faster each time.
    #[error("other writers of the same home were faster each time")]
    WriteConflict,
    /// It took too long.
    #[error("the store does not answer in time")]
    TimedOut,
    /// The store was closed while it was asked.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether another process is writing just now.
    pub(super) fn is_busy(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        let Self::Sqlite(error) = self else { return false };
        matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
    }

    /// Whether one home's documents cannot be read or written, and no retry
    /// would mend that; other homes' can.
    #[must_use]
    pub fn is_limited_to_one_home(&self) -> bool {
        matches!(self, Self::Unreadable { .. }) || self.is_too_large()
    }

    /// Whether a stored document cannot be read, because it is malformed or a newer program wrote
    /// it. Other documents are not affected.
    #[must_use]
    pub const fn is_unreadable_document(&self) -> bool {
        matches!(self, Self::Unreadable { .. } | Self::NewerSchema(_))
    }

    /// Whether what was to be written will never be taken. Any other refusal may be about the
    /// container, the account or the way to it, and then holds for every home.
    pub(super) fn is_too_large(&self) -> bool {
        match self {
            #[cfg(feature = "azure")]
            Self::Cosmos(error) => u16::from(error.status().status_code()) == PAYLOAD_TOO_LARGE,
            Self::BatchRefused { status } => *status == PAYLOAD_TOO_LARGE,
            _ => false,
        }
    }

    /// Whether the same request can succeed later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    rusqlite::ErrorCode::DatabaseBusy
                        | rusqlite::ErrorCode::DatabaseLocked
                        | rusqlite::ErrorCode::DiskFull
                        | rusqlite::ErrorCode::SystemIoFailure
                        | rusqlite::ErrorCode::OutOfMemory
                )
            ),
            #[cfg(feature = "azure")]
            Self::Cosmos(error) => is_transient_status(error.status()),
            Self::BatchRefused { status } => TRANSIENT_STATUSES.contains(status),
            Self::Closed | Self::WriteConflict | Self::UnexpectedResponse | Self::TimedOut => true,
            Self::Directory { .. }
            | Self::NotConfigured
            | Self::MissingEtag
            | Self::NewerSchema(_)
            | Self::Unreadable { .. }
            | Self::Unwritable(_) => false,
        }
    }
}

/// The status of what Cosmos DB takes never: a document above 2 MB.
const PAYLOAD_TOO_LARGE: u16 = 413;

/// Statuses that pass: a timeout, a partition on the move, too many requests,
/// a write that has to be retried, a service that failed or is not there.
const TRANSIENT_STATUSES: [u16; 6] = [408, 410, 429, 449, 500, 503];

/// No token and no right pass too: the identity's endpoint and new roles may
/// need minutes.
#[cfg(feature = "azure")]
fn is_transient_status(status: azure_data_cosmos::CosmosStatus) -> bool {
    TRANSIENT_STATUSES.contains(&u16::from(status.status_code()))
        || status.is_unauthorized()
        || status.is_forbidden()
        || status.is_read_session_not_available()
}
