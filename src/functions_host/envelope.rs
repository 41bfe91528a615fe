//! The host's envelope around a batch of events (`cardinality` many,
//! `dataType` binary): arrays arrive as JSON inside strings, bodies as base64.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::domain::json::redacted_message;
use crate::domain::units::Moment;
use crate::ingest::{Body, Event};

/// A body that the Functions host would not send. What it says quotes nothing of the body.
#[derive(Debug, thiserror::Error)]
pub enum InvalidEnvelope {
    /// Not JSON, or not the host's members.
    #[error("not the Functions host's envelope: {}", redacted_message(.0))]
    Malformed(serde_json::Error),
    /// An inner array cannot be read.
    #[error("{member} is not a JSON array in a string: {}", redacted_message(.error))]
    Array {
        /// Which member.
        member: &'static str,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// The arrays do not belong together.
    #[error("{events} events, but {member} has {found} entries")]
    Length {
        /// The number of events.
        events: usize,
        /// The array that differs.
        member: &'static str,
        /// Its length.
        found: usize,
    },
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

/// What the hub says of an event. Key order and the time's suffix are not
/// established, so members are taken by name and times in every form.
#[derive(Deserialize)]
struct SystemProperties {
    #[serde(rename = "iothub-connection-device-id")]
    device: Option<String>,
    #[serde(rename = "iothub-message-source")]
    source: Option<String>,
    #[serde(rename = "iothub-enqueuedtime")]
    hub_enqueued: Option<TextOrNumber>,
    #[serde(rename = "EnqueuedTimeUtc")]
    enqueued: Option<TextOrNumber>,
    #[serde(rename = "SequenceNumber")]
    sequence: Option<TextOrNumber>,
}

/// A member whose type may differ between versions of the host's extension.
#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrNumber {
    Text(String),
    Number(i64),
    Other(IgnoredAny),
}

impl TextOrNumber {
    fn as_number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            Self::Other(_) => None,
        }
    }

    fn as_time(&self) -> Option<Moment> {
        match self {
            Self::Text(text) => parse_time(text),
            Self::Number(_) | Self::Other(_) => None,
        }
    }
}

/// A time with or without a zone; the host writes UTC without saying so.
fn parse_time(text: &str) -> Option<Moment> {
    let zoned = text.parse::<jiff::Timestamp>().ok();
    let plain = || {
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()
    };
    zoned.or_else(plain).map(Moment::from)
}

/// Reads the events out of a request's body.
///
/// # Errors
/// [`InvalidEnvelope`] when the host cannot have sent it. A bad event inside a
/// good envelope is no error; it is an [`Event`] whose body says so.
pub fn read_events(body: &[u8]) -> Result<Vec<Event>, InvalidEnvelope> {
    let envelope: Envelope<'_> =
        serde_json::from_slice(body).map_err(InvalidEnvelope::Malformed)?;
    let bodies = parse_bodies(&envelope.data.events)?;
    let metadata = &envelope.metadata;
    let events = bodies.len();
    let properties: Vec<Option<SystemProperties>> =
        parse_array("SystemPropertiesArray", metadata.system_properties.as_deref(), events)?;
    let sequences: Vec<Option<TextOrNumber>> =
        parse_array("SequenceNumberArray", metadata.sequence_numbers.as_deref(), events)?;
    let enqueued: Vec<Option<TextOrNumber>> =
        parse_array("EnqueuedTimeUtcArray", metadata.enqueued.as_deref(), events)?;
    let partition = metadata.partition.as_ref().and_then(|partition| partition.id.as_deref());
    let partition = partition.unwrap_or("?");

    let entries = bodies.into_iter().zip(properties).zip(sequences).zip(enqueued);
    Ok(entries
        .map(|(((body, properties), sequence), enqueued)| {
            let properties = properties.as_ref();
            let sequence = sequence.as_ref().and_then(TextOrNumber::as_number).or_else(|| {
                properties.and_then(|properties| properties.sequence.as_ref()?.as_number())
            });
            let enqueued = properties
                .and_then(|properties| properties.hub_enqueued.as_ref()?.as_time())
                .or_else(|| enqueued.as_ref().and_then(TextOrNumber::as_time))
                .or_else(|| {
                    properties.and_then(|properties| properties.enqueued.as_ref()?.as_time())
                });
            Event {
                position: position(partition, sequence),
                device: properties.and_then(|properties| properties.device.clone()),
                source: properties.and_then(|properties| properties.source.clone()),
                enqueued,
                body,
            }
        })
        .collect())
}

/// Where the hub had the event.
fn position(partition: &str, sequence: Option<i64>) -> String {
    match sequence {
        Some(sequence) => format!("{partition}/{sequence}"),
        None => format!("{partition}/?"),
    }
}

/// The bodies. One that is no string is kept as the text it is, so that it
/// ends among the dead letters and not the whole batch with it.
fn parse_bodies(json: &str) -> Result<Vec<Body>, InvalidEnvelope> {
    let malformed = |error| InvalidEnvelope::Array { member: "Data.events", error };
    let raw: Vec<&serde_json::value::RawValue> = serde_json::from_str(json).map_err(malformed)?;
    Ok(raw.into_iter().map(|value| parse_body(value.get())).collect())
}

fn parse_body(json: &str) -> Body {
    match serde_json::from_str::<BorrowedText<'_>>(json) {
        Ok(BorrowedText(text)) => match BASE64_STANDARD.decode(text.as_bytes()) {
            Ok(bytes) => Body::Bytes(bytes),
            Err(_) => Body::NotBase64(text.into_owned()),
        },
        Err(_) => Body::NotBase64(json.to_owned()),
    }
}

#[derive(Deserialize)]
struct BorrowedText<'a>(#[serde(borrow)] Cow<'a, str>);

/// An array that is JSON in a string; absent is as many unknowns.
fn parse_array<T: for<'de> Deserialize<'de>>(
    member: &'static str,
    json: Option<&str>,
    events: usize,
) -> Result<Vec<Option<T>>, InvalidEnvelope> {
    let Some(json) = json else { return Ok((0..events).map(|_| None).collect()) };
    let entries: Vec<Option<T>> =
        serde_json::from_str(json).map_err(|error| InvalidEnvelope::Array { member, error })?;
    if entries.len() == events {
        Ok(entries)
    } else {
        Err(InvalidEnvelope::Length { events, member, found: entries.len() })
    }
}
