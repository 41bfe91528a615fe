//! Where documents live. A closed enum with static dispatch: every store runs
//! the same merge over the same documents. Imports `domain`, its own client
//! libraries and, for Cosmos DB, `azure`; never `http`.

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
pub use dead_letter::DeadLetter;
use embedded::Embedded;
pub use error::StoreError;

/// Changes to one home.
pub type HomeChanges = (HomeId, Vec<Change>);

/// The stores there are.
#[derive(Clone, Debug)]
pub enum Store {
    /// SQLite in a directory of this machine.
    Embedded(Embedded),
    /// Azure Cosmos DB.
    #[cfg(feature = "azure")]
    Cosmos(Cosmos),
    /// None: a release server keeps no readings.
    NotConfigured,
}

impl Store {
    /// Opens, or makes, the embedded store in a directory. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError`] when the directory cannot be used or a newer program wrote it.
    pub fn open_embedded(directory: &Path, zone: &TimeZone) -> Result<Self, StoreError> {
        Embedded::open(directory, zone).map(Self::Embedded)
    }

    /// The store in a database of a Cosmos DB account, which has the containers
    /// already. Asks nobody yet.
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

    /// Connects to a store that is far away, so that the first request need
    /// not wait for it. A store that does not answer is found out by requests.
    pub async fn warm_up(&self) {
        match self {
            Self::Embedded(_) | Self::NotConfigured => {}
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.warm_up().boxed().await,
        }
    }

    /// Works changes into the documents and keeps dead letters. Durable when
    /// it returns; the same changes again change nothing.
    ///
    /// # Errors
    /// [`StoreError`]; nothing or a part of it may have been written, so it
    /// is to be repeated as a whole.
    pub async fn record(
        &self,
        changes: Vec<HomeChanges>,
        dead_letters: Vec<DeadLetter>,
    ) -> Result<ChangeCounts, StoreError> {
        // A far-away store's futures are boxed: unboxed, their types nest deeper than the compiler
        // follows.
        match self {
            Self::Embedded(store) => store.record(changes, dead_letters).await,
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.record(changes, dead_letters).boxed().await,
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }

    /// Reads documents by id, in the order asked for; `None` for what is not there.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn read(&self, ids: Vec<DocumentId>) -> Result<Vec<Option<Document>>, StoreError> {
        match self {
            Self::Embedded(store) => store.read(ids).await,
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.read(ids).boxed().await,
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }

    /// A fuel's UTC days, from the first date up to and with the last.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
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

    /// A fuel's local months, from the one that begins at the first date up to
    /// and with the one that begins at the last.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
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

    /// Both ids are of one kind, home and fuel.
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

    /// One home.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn home(&self, home: &HomeId) -> Result<Option<Home>, StoreError> {
        let found = self.read(vec![DocumentId::Home(home.clone())]).await?;
        Ok(found.into_iter().flatten().find_map(|document| match document {
            Document::Home(home) => Some(home),
            _ => None,
        }))
    }

    /// The dead letters that are kept, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        match self {
            Self::Embedded(store) => store.dead_letters(limit).await,
            #[cfg(feature = "azure")]
            Self::Cosmos(store) => store.dead_letters(limit).boxed().await,
            Self::NotConfigured => Err(StoreError::NotConfigured),
        }
    }
}
