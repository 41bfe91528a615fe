//! The host's envelope around a batch of events (`cardinality` many,
//! `dataType` binary): arrays arrive as JSON inside strings, bodies as base64.
//!
//! The host fills the metadata arrays with what the hub reports about each
//! event, so a bad entry concerns one event only. Entries are read as raw JSON
//! and parsed one by one. `PropertiesArray` is controlled by the devices and
//! never parsed.

mod entry;
mod raw_array;

use std::borrow::Cow;

use serde::Deserialize;

use crate::domain::json::redacted_message;
use crate::ingest::Event;
use entry::EventMetadata;
use raw_array::RawArray;

/// The largest number of events in a batch, far above any useful
/// `maxEventBatchSize`. It bounds the memory that a body of tiny entries takes.
const MAX_EVENTS: usize = 10_000;

/// A body that the Functions host would not send. The message never quotes the body.
#[derive(Debug, thiserror::Error)]
pub enum InvalidEnvelope {
    /// Not JSON, or without the host's members.
    #[error("not the Functions host's envelope: {}", redacted_message(.0))]
    Malformed(serde_json::Error),
    #[error("{member} is not a JSON array in a string: {}", redacted_message(.error))]
    Array { member: &'static str, error: serde_json::Error },
    #[error("{found} events, more than the {MAX_EVENTS} that are accepted at once")]
    TooManyEvents { found: usize },
    #[error("{events} events, but {member} has {found} entries")]
    Length { events: usize, member: &'static str, found: usize },
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "Data", borrow)]
    data: Data<'a>,
    #[serde(rename = "Metadata", borrow)]
    metadata: Metadata<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    events: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(rename = "PartitionContext")]
    partition: Option<Partition>,
    #[serde(rename = "SystemPropertiesArray", borrow)]
    system_properties: Option<Cow<'a, str>>,
    #[serde(rename = "SequenceNumberArray", borrow)]
    sequence_numbers: Option<Cow<'a, str>>,
    #[serde(rename = "EnqueuedTimeUtcArray", borrow)]
    enqueued: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Partition {
    #[serde(rename = "PartitionId")]
    id: Option<String>,
}

/// Reads the events from a request's body.
///
/// # Errors
/// If the host cannot have sent the body. A bad event inside a valid envelope
/// is not an error: the returned [`Event`] says what is wrong with it.
pub fn read_events(body: &[u8]) -> Result<Vec<Event>, InvalidEnvelope> {
    let envelope: Envelope<'_> =
        serde_json::from_slice(body).map_err(InvalidEnvelope::Malformed)?;
    let bodies = RawArray::parse(&envelope.data.events, MAX_EVENTS)
        .map_err(|error| InvalidEnvelope::Array { member: "Data.events", error })?;
    let events = bodies.length;
    if events > MAX_EVENTS {
        return Err(InvalidEnvelope::TooManyEvents { found: events });
    }
    let Metadata { partition, system_properties, sequence_numbers, enqueued } = &envelope.metadata;
    let properties = metadata_array("SystemPropertiesArray", system_properties, events)?;
    let sequences = metadata_array("SequenceNumberArray", sequence_numbers, events)?;
    let enqueued = metadata_array("EnqueuedTimeUtcArray", enqueued, events)?;
    let partition = partition.as_ref().and_then(|partition| partition.id.as_deref());
    let metadata = |index| EventMetadata {
        partition: partition.unwrap_or("?"),
        properties: properties.get(index),
        sequence: sequences.get(index),
        enqueued: enqueued.get(index),
    };
    Ok((0..events).filter_map(|index| Some(metadata(index).event(bodies.get(index)?))).collect())
}

/// An array of the metadata. If it is absent, all its entries are unknown.
fn metadata_array<'a>(
    member: &'static str,
    json: &'a Option<Cow<'_, str>>,
    events: usize,
) -> Result<RawArray<'a>, InvalidEnvelope> {
    let Some(json) = json else { return Ok(RawArray::default()) };
    let array =
        RawArray::parse(json, events).map_err(|error| InvalidEnvelope::Array { member, error })?;
    if array.length == events {
        Ok(array)
    } else {
        Err(InvalidEnvelope::Length { events, member, found: array.length })
    }
}
