//! The persisted documents. They have the same shape in every store, and a schema version.
//!
//! [`Day`] is the source of truth: a home's half-hours. [`Month`] is derived from days, for the view of
//! a year. [`Home`] records which data there is. Merging takes the minimum and maximum by time, so the
//! same events give the same documents, byte for byte, in any order, repetition or batching.

mod day;
mod home;
mod id;
mod month;
mod rollup;
mod schema;
mod slot;
mod stated_half_hours;

use serde::{Serialize, Serializer};

use super::json::redacted_message;

pub use day::{Day, Prices, Slots};
pub use home::{DeviceRecord, Home};
pub use id::{DocumentId, DocumentKind};
pub use month::{Month, Stream};
pub use rollup::{Streams, day_streams, month_entry, stream_boundaries};
pub use schema::{NewerSchema, SCHEMA_VERSION, SchemaVersion};
pub use slot::Slot;
pub use stated_half_hours::{StatedHalfHours, UpsertOutcome};

/// Any of the persisted documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    Home(Home),
    /// A UTC day of one fuel.
    Day(Day),
    /// A local month of one fuel, day by day.
    Month(Month),
}

/// The kind of a document follows from its address, so it is not stored.
impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Home(home) => home.serialize(serializer),
            Self::Day(day) => day.serialize(serializer),
            Self::Month(month) => month.serialize(serializer),
        }
    }
}

/// A stored document that cannot be read. The message does not quote the document.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableDocument {
    /// The document was written by a newer program.
    #[error(transparent)]
    Newer(#[from] NewerSchema),
    /// The document was not written by this program.
    #[error("not a document of this program: {}", redacted_message(.0))]
    Malformed(serde_json::Error),
}

impl Document {
    /// The document as it is stored: compact JSON.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// Reads a stored document of a known kind.
    ///
    /// # Errors
    /// [`UnreadableDocument`] if the schema is newer or the content is not what this program writes.
    pub fn from_json(kind: DocumentKind, json: &[u8]) -> Result<Self, UnreadableDocument> {
        let read = match kind {
            DocumentKind::Home => serde_json::from_slice(json).map(Self::Home),
            DocumentKind::Day => serde_json::from_slice(json).map(Self::Day),
            DocumentKind::Month => serde_json::from_slice(json).map(Self::Month),
        };
        read.map_err(|error| match schema::newer_schema(json) {
            Some(newer) => UnreadableDocument::Newer(newer),
            None => UnreadableDocument::Malformed(error),
        })
    }
}
