//! Documents as items of Cosmos DB: their keys and additional members.

use azure_core::http::Etag;
use serde::{Deserialize, Serialize};

use super::{DeadLetterKey, StoreError};
use crate::domain::document::{Document, DocumentId, DocumentKind, UnreadableDocument};
use crate::domain::identity::HomeId;

/// The id of a home's own document in the home's partition.
pub(super) const HOME_ITEM_ID: &str = "home";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) partition: String,
    pub(super) id: String,
}

impl Key {
    /// A home's own document is in the partition of its readings, because a
    /// transaction cannot span partitions.
    pub(super) fn for_document(id: &DocumentId) -> Self {
        match id {
            DocumentId::Home(home) => {
                Self { partition: DocumentId::partition_of(home), id: HOME_ITEM_ID.to_owned() }
            }
            DocumentId::Day(..) | DocumentId::Month(..) => {
                Self { partition: id.partition(), id: id.to_string() }
            }
        }
    }
}

impl From<DeadLetterKey> for Key {
    fn from(key: DeadLetterKey) -> Self {
        Self { partition: key.partition, id: key.id }
    }
}

/// A document with the two members that form its key.
#[derive(Debug, Serialize)]
pub(super) struct Item<'a> {
    pub(super) id: &'a str,
    pub(super) partition: &'a str,
    #[serde(flatten)]
    pub(super) document: &'a Document,
}

/// A document and the version that was read.
#[derive(Clone, Debug)]
pub(super) struct StoredDocument {
    pub(super) document: Document,
    pub(super) etag: Etag,
}

/// An entry in the partition that lists all homes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct HomeListEntry {
    pub(super) id: String,
    #[serde(default = "homes_partition")]
    pub(super) partition: String,
    pub(super) home: HomeId,
}

fn homes_partition() -> String {
    DocumentId::HOMES_PARTITION.to_owned()
}

impl HomeListEntry {
    pub(super) fn new(home: &HomeId) -> Self {
        let id = DocumentId::Home(home.clone()).to_string();
        Self { id, partition: homes_partition(), home: home.clone() }
    }
}

#[derive(Debug, Deserialize)]
struct ItemId {
    id: String,
}

/// Parses an item of a known kind.
pub(super) fn parse(
    kind: DocumentKind,
    partition: &str,
    json: &[u8],
) -> Result<Document, StoreError> {
    Document::from_json(kind, json).map_err(|source| match source {
        UnreadableDocument::Newer(newer) => newer.into(),
        source => match serde_json::from_slice(json) {
            Ok(ItemId { id }) => {
                StoreError::Unreadable { partition: partition.to_owned(), id, source }
            }
            // Not an item, but a response of something between here and Cosmos DB.
            Err(_) => StoreError::UnexpectedResponse,
        },
    })
}
