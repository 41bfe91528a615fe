//! The stores of documents and dead letters, as a closed enum with static
//! dispatch. Every store runs the same merge over the same documents. Imports
//! `domain`, client libraries and, for Cosmos DB, `azure`; never `http`.

mod broken_home;
#[cfg(feature = "azure")]
mod cosmos;
mod dead_letter;
mod embedded;
mod error;

use std::path::Path;
#[cfg(feature = "azure")]
use std::sync::Arc;

#[cfg(feature = "azure")]
use futures::FutureExt;
use jiff::civil::Date;
use jiff::tz::TimeZone;

#[cfg(feature = "azure")]
use crate::azure::TokenCredential;
use crate::domain::document::{Document, DocumentId, Home};
use crate::domain::identity::HomeId;
use crate::domain::merge::{Change, ChangeCounts};
use crate::domain::register::Fuel;

pub use broken_home::BrokenHome;
#[cfg(feature = "azure")]
use cosmos::Cosmos;
pub use dead_letter::{DeadLetter, DeadLetterChanges, DeadLetterKey, DroppedDeadLetters};
use embedded::Embedded;
pub use error::StoreError;

pub type HomeChanges = (HomeId, Vec<Change>);

#[derive(Clone, Debug)]
pub enum Store {
    /// SQLite in a local directory.
    Embedded(Embedded),
    /// Azure Cosmos DB.
    #[cfg(feature = "azure")]
    Cosmos(Cosmos),
    /// No store: a release server has no readings.
    NotConfigured,
}

impl Store {
    /// Opens the embedded store in a directory and creates it if necessary.
    /// Blocks on the disk.
    ///
    /// # Errors
    /// If the directory cannot be used or a newer version of this program wrote the store.
    pub fn open_embedded(directory: &Path, zone: &TimeZone) -> Result<Self, StoreError> {
        Embedded::open(directory, zone).map(Self::Embedded)
    }

    /// Returns the store in a database of a Cosmos DB account. The containers
    /// must exist. Does no I/O.
    #[cfg(feature = "azure")]
    #[must_use]
    pub fn cosmos(
        endpoint: azure_data_cosmos::AccountEndpoint,
        credential: Arc<dyn TokenCredential>,
        database: &str,
        zone: &TimeZone,
    ) -> Self {
        Self::Cosmos(Cosmos::new(endpoint, credential, database, zone))
    }

    /// Connects to a remote store, so that the first request does not wait for
    /// the connection. A failure is logged and surfaces on the first request.
    pub async fn warm_up(&self) {
        match self {
            Self::Embedded(_) | Self::NotConfigured => {}
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.warm_up().boxed().await,
        }
    }

    /// Merges changes into the documents and stores dead letters. Both are
    /// durable when this returns. Recording the same changes again has no effect.
    ///
    /// # Errors
    /// If the store fails. A part of the changes may have been written; the
    /// caller retries all of them.
    pub async fn record(
        &self,
        changes: Vec<HomeChanges>,
        dead_letters: Vec<DeadLetter>,
    ) -> Result<ChangeCounts, StoreError> {
        // The futures of Cosmos DB are boxed, because their nested types exceed the compiler's
        // recursion limit otherwise.
        match self {
            Self::Embedded(store) => store.record(changes, dead_letters).await,
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.record(changes, dead_letters).boxed().await,
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }

    /// Reads documents by id, in the order of `ids`; `None` for a document that does not exist.
    pub async fn read(&self, ids: Vec<DocumentId>) -> Result<Vec<Option<Document>>, StoreError> {
        match self {
            Self::Embedded(store) => store.read(ids).await,
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.read(ids).boxed().await,
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }

    /// Reads a fuel's UTC days from `first` to `last`, both included.
    pub async fn days(
        &self,
        home: &HomeId,
        fuel: Fuel,
        first: Date,
        last: Date,
    ) -> Result<Vec<Document>, StoreError> {
        let id = |date| DocumentId::Day(home.clone(), fuel, date);
        self.range(id(first), id(last)).await
    }

    /// Reads a fuel's local months from the one that begins at `first` to the
    /// one that begins at `last`, both included.
    pub async fn months(
        &self,
        home: &HomeId,
        fuel: Fuel,
        first: Date,
        last: Date,
    ) -> Result<Vec<Document>, StoreError> {
        let id = |date| DocumentId::Month(home.clone(), fuel, date);
        self.range(id(first), id(last)).await
    }

    /// Both ids must have the same kind, home and fuel.
    async fn range(
        &self,
        first: DocumentId,
        last: DocumentId,
    ) -> Result<Vec<Document>, StoreError> {
        match self {
            Self::Embedded(store) => store.range(first, last).await,
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.range(first, last).boxed().await,
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }

    /// Reads all homes, ordered by id. A home whose document cannot be read does not hide the others.
    ///
    /// # Errors
    /// Fails if the store as a whole cannot be read.
    pub async fn homes(&self) -> Result<Vec<Result<Home, BrokenHome>>, StoreError> {
        match self {
            Self::Embedded(store) => store.homes().await,
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.homes().boxed().await,
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }

    pub async fn home(&self, home: &HomeId) -> Result<Option<Home>, StoreError> {
        let found = self.read(vec![DocumentId::Home(home.clone())]).await?;
        Ok(found.into_iter().flatten().find_map(|document| match document {
            Document::Home(home) => Some(home),
            _ => None,
        }))
    }

    /// Reads at most `limit` dead letters, oldest first.
    pub async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let keys = self.dead_letter_keys(limit).await?;
        let letters = self.load_dead_letters(keys).await?;
        Ok(letters.into_iter().map(|(_, letter)| letter).collect())
    }

    /// Reads the keys of at most `limit` dead letters, oldest first.
    pub async fn dead_letter_keys(&self, limit: usize) -> Result<Vec<DeadLetterKey>, StoreError> {
        match self {
            Self::Embedded(store) => store.dead_letter_keys(limit).await,
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.dead_letter_keys(limit).boxed().await,
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }

    /// Reads dead letters in the order of `keys`, without those that no longer exist.
    pub async fn load_dead_letters(
        &self,
        keys: Vec<DeadLetterKey>,
    ) -> Result<Vec<(DeadLetterKey, DeadLetter)>, StoreError> {
        match self {
            Self::Embedded(store) => store.load_dead_letters(keys).await,
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.load_dead_letters(keys).boxed().await,
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }

    /// Removes dead letters and changes the reasons of others. Keys that no
    /// longer exist are ignored, so a repeated call has no effect.
    pub async fn update_dead_letters(&self, changes: DeadLetterChanges) -> Result<(), StoreError> {
        match self {
            Self::Embedded(store) => store.update_dead_letters(changes).await,
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.update_dead_letters(changes).boxed().await,
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }

    /// Reads how many dead letters were dropped, by device. Cosmos DB has no
    /// limit per device and drops none.
    pub async fn dropped_dead_letters(&self) -> Result<Vec<DroppedDeadLetters>, StoreError> {
        match self {
            Self::Embedded(store) => store.dropped_dead_letters().await,
            #[cfg(feature = "azure")]
            Self::Cosmos(_) => Ok(Vec::new()),
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }
}
