//! The persisted documents: one shape, with a schema number, for every store.
//!
//! A home's half-hours are the truth ([`Day`]); what a year's view needs is
//! derived from them ([`Month`]); [`Home`] says what there is. Merging is
//! minimum and maximum by time, so the same events give the same documents,
//! byte for byte, in any order, repetition or batching.

mod day;
mod home;
mod id;
mod month;
mod rollup;
mod schema;
mod slot;
mod stated;

use serde::{Serialize, Serializer};

use super::json::fault;

pub use day::{Day, Prices, Slots};
pub use home::{DeviceState, Home};
pub use id::{DocumentId, Kind};
pub use month::{Month, Stream};
pub use rollup::{Streams, breaks, day_streams, month_entry};
pub use schema::{NewerSchema, SCHEMA, Schema};
pub use slot::Slot;
pub use stated::{Stated, Stating};

/// Any of the persisted documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// What is known of a home.
    Home(Home),
    /// A UTC day of one fuel.
    Day(Day),
    /// A local month of one fuel, day by day.
    Month(Month),
}

/// A document's kind is told by where it lies, so nothing is written of it.
impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Home(home) => home.serialize(serializer),
            Self::Day(day) => day.serialize(serializer),
            Self::Month(month) => month.serialize(serializer),
        }
    }
}

/// A stored document that cannot be read. What it says quotes nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Written by a newer program.
    #[error(transparent)]
    Newer(#[from] NewerSchema),
    /// Not what this program writes.
    #[error("not a document of this program: {}", fault(.0))]
    Malformed(serde_json::Error),
}

impl Document {
    /// The document as it is stored: compact JSON.
    ///
    /// # Errors
    /// Never for documents that this program made; the serializer's own otherwise.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// Reads a stored document of a known kind.
    ///
    /// # Errors
    /// [`Unreadable`] for a newer schema or anything this program does not write.
    pub fn from_json(kind: Kind, json: &[u8]) -> Result<Self, Unreadable> {
        let read = match kind {
            Kind::Home => serde_json::from_slice(json).map(Self::Home),
            Kind::Day => serde_json::from_slice(json).map(Self::Day),
            Kind::Month => serde_json::from_slice(json).map(Self::Month),
        };
        read.map_err(|error| match schema::newer(json) {
            Some(newer) => Unreadable::Newer(newer),
            None => Unreadable::Malformed(error),
        })
    }
}
