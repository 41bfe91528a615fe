//! Documents as items: under which keys, and with which names beside their own.

use azure_core::http::Etag;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::document::{Document, DocumentId, DocumentKind, UnreadableDocument};
use crate::domain::identity::HomeId;

/// The id of a home's own document in the home's partition.
pub(super) const HOME_ITEM_ID: &str = "home";

/// Where an item lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) partition: String,
    pub(super) id: String,
}

impl Key {
    /// A home's own document lies among its readings, unlike in a store whose
    /// transactions reach everywhere.
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

/// A document with the two names by which Cosmos DB finds it.
#[derive(Debug, Serialize)]
pub(super) struct Item<'a> {
    pub(super) id: &'a str,
    pub(super) partition: &'a str,
    #[serde(flatten)]
    pub(super) document: &'a Document,
}

/// A document as it was found.
#[derive(Clone, Debug)]
pub(super) struct StoredDocument {
    pub(super) document: Document,
    pub(super) etag: Etag,
}

/// That there is a home: one line for each in a partition that lists them.
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

/// The part of an item that says which it is.
#[derive(Debug, Deserialize)]
struct ItemId {
    id: String,
}

/// Reads an item of a known kind out of a partition.
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
            // Not the item, but what somebody on the way says.
            Err(_) => StoreError::UnexpectedResponse,
        },
    })
}
