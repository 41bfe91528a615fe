//! What can go wrong with a store.

use crate::domain::document::{NewerSchema, Unreadable};

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
    Newer(#[from] NewerSchema),
    /// A document that this program cannot read.
    #[error("the document {id} of {partition}: {source}")]
    Unreadable {
        /// Its partition.
        partition: String,
        /// Its id.
        id: String,
        /// What is wrong with it.
        source: Unreadable,
    },
    /// A document that cannot be written.
    #[error("a document cannot be written: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// This program keeps no readings.
    #[error("no store is set: neither COSMOS_ENDPOINT nor CLOUDSMETS_DATA_DIR")]
    Nowhere,
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
            Self::Closed => true,
            Self::Directory { .. }
            | Self::Nowhere
            | Self::Newer(_)
            | Self::Unreadable { .. }
            | Self::Unwritable(_) => false,
        }
    }
}
