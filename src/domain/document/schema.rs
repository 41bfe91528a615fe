//! The schema version that every document has.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The schema version that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// A document from a newer program. It is refused, because this program could lose members that it
/// does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the store has schema {found}, written by a newer CloudSMETS; this program knows up to {SCHEMA_VERSION}. \
     Update this program; nothing was changed"
)]
pub struct NewerSchema {
    /// The schema version of the document.
    pub found: u32,
}

/// The `schema` member. It is written as [`SCHEMA_VERSION`]; any other value is an error on reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SchemaVersion;

impl Serialize for SchemaVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(SCHEMA_VERSION)
    }
}

impl<'de> Deserialize<'de> for SchemaVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            SCHEMA_VERSION => Ok(Self),
            other => Err(serde::de::Error::custom(format_args!("schema {other}"))),
        }
    }
}

/// The schema version of a document that could not be read, if it is a newer one.
pub(super) fn newer_schema(json: &[u8]) -> Option<NewerSchema> {
    #[derive(Deserialize)]
    struct Header {
        schema: u32,
    }
    let header: Header = serde_json::from_slice(json).ok()?;
    (header.schema > SCHEMA_VERSION).then_some(NewerSchema { found: header.schema })
}
