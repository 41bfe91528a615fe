//! Errors of the stores.

use super::embedded::DATABASE_VERSION;
use crate::domain::document::{NewerSchema, UnreadableDocument};

/// A store operation that failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the data directory {path} cannot be used: {source}")]
    Directory { path: std::path::PathBuf, source: std::io::Error },
    #[error("the embedded database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A newer version of this program wrote a document.
    #[error(transparent)]
    NewerSchema(#[from] NewerSchema),
    /// A newer version of this program created the database.
    #[error(
        "the database has schema {found}, written by a newer CloudSMETS; this program knows up to \
         {DATABASE_VERSION}. Update this program; nothing was changed"
    )]
    NewerDatabase { found: u32 },
    /// A stored document is malformed.
    #[error("the document {id} of {partition}: {source}")]
    Unreadable { partition: String, id: String, source: UnreadableDocument },
    /// A document cannot be serialized.
    #[error("a document cannot be written: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// This program has no store, because no setting names one.
    #[error("no store is set: neither COSMOS_ENDPOINT nor CLOUDSMETS_DATA_DIR")]
    NotConfigured,
    /// Cosmos DB, or the connection to it, reported an error.
    #[cfg(feature = "azure")]
    #[error("Cosmos DB: {0}")]
    Cosmos(#[from] azure_data_cosmos::CosmosError),
    /// Cosmos DB refused a transaction.
    #[error("Cosmos DB refused a transaction with status {status}")]
    BatchRefused {
        /// The HTTP status of the operation that failed.
        status: u16,
    },
    #[error("Cosmos DB returned a document without its etag")]
    MissingEtag,
    /// The response does not look like an item of Cosmos DB, for example
    /// because a proxy sent it.
    #[error("the response is not an item of Cosmos DB")]
    UnexpectedResponse,
    #[error("other writers of the same home won every attempt")]
    WriteConflict,
    #[error("the store did not answer in time")]
    TimedOut,
    /// The store was closed during the operation.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether another process holds the write lock.
    pub(super) fn is_busy(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        let Self::Sqlite(error) = self else { return false };
        matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
    }

    /// Whether the error concerns the documents of one home only and a retry
    /// cannot fix it.
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

    /// Whether the document is too large for Cosmos DB. Any other refusal may be caused by the
    /// container, the account or the connection, and then concerns every home.
    pub(super) fn is_too_large(&self) -> bool {
        match self {
            #[cfg(feature = "azure")]
            Self::Cosmos(error) => u16::from(error.status().status_code()) == PAYLOAD_TOO_LARGE,
            Self::BatchRefused { status } => *status == PAYLOAD_TOO_LARGE,
            _ => false,
        }
    }

    /// Whether a retry of the same request can succeed without intervention.
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
            | Self::NewerDatabase { .. }
            | Self::Unreadable { .. }
            | Self::Unwritable(_) => false,
        }
    }
}

/// The status for a document above 2 MB.
const PAYLOAD_TOO_LARGE: u16 = 413;

/// Request time-out, partition moved, too many requests, retry with, internal
/// error, service unavailable.
const TRANSIENT_STATUSES: [u16; 6] = [408, 410, 429, 449, 500, 503];

/// 401 and 403 are transient too, because a new role assignment can take
/// minutes to take effect.
#[cfg(feature = "azure")]
fn is_transient_status(status: azure_data_cosmos::CosmosStatus) -> bool {
    TRANSIENT_STATUSES.contains(&u16::from(status.status_code()))
        || status.is_unauthorized()
        || status.is_forbidden()
        || status.is_read_session_not_available()
}
