//! One event's entries in the envelope's arrays.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::json::redacted_message;
use crate::domain::units::Moment;
use crate::ingest::{Body, Event};

/// The raw entries of one event's metadata; `None` if an array is absent.
pub(super) struct EventMetadata<'a> {
    pub(super) partition: &'a str,
    pub(super) properties: Option<&'a str>,
    pub(super) sequence: Option<&'a str>,
    pub(super) enqueued: Option<&'a str>,
}

/// The hub's properties of an event. Their order and the format of times are
/// not specified, so members are read by name and times in several formats.
#[derive(Default, Deserialize)]
struct SystemProperties<'a> {
    #[serde(rename = "iothub-connection-device-id")]
    device: Option<String>,
    #[serde(rename = "iothub-message-source")]
    source: Option<String>,
    #[serde(rename = "iothub-enqueuedtime", borrow)]
    hub_enqueued: Option<&'a RawValue>,
    #[serde(rename = "EnqueuedTimeUtc", borrow)]
    enqueued: Option<&'a RawValue>,
    #[serde(rename = "SequenceNumber", borrow)]
    sequence: Option<&'a RawValue>,
}

impl EventMetadata<'_> {
    /// Builds the event from its metadata and its raw entry in `Data.events`.
    pub(super) fn event(&self, body: &str) -> Event {
        // `null` means that the hub reports no properties.
        let properties = self.properties.map(serde_json::from_str::<Option<SystemProperties<'_>>>);
        let (properties, invalid_properties) = match properties.transpose() {
            Ok(properties) => (properties.flatten().unwrap_or_default(), None),
            Err(error) => (SystemProperties::default(), Some(redacted_message(&error))),
        };
        let raw_time = |raw: Option<&RawValue>| parse_time(raw?.get());
        let sequence = self
            .sequence
            .and_then(parse_number)
            .or_else(|| parse_number(properties.sequence?.get()));
        let enqueued = raw_time(properties.hub_enqueued)
            .or_else(|| parse_time(self.enqueued?))
            .or_else(|| raw_time(properties.enqueued));
        Event {
            position: position(self.partition, sequence),
            device: properties.device,
            source: properties.source,
            enqueued,
            body: parse_body(body),
            invalid_properties,
        }
    }
}

fn position(partition: &str, sequence: Option<i64>) -> String {
    match sequence {
        Some(sequence) => format!("{partition}/{sequence}"),
        None => format!("{partition}/?"),
    }
}

/// A JSON number, or one in a string, because the type differs between
/// versions of the host's extension.
fn parse_number(json: &str) -> Option<i64> {
    match serde_json::from_str::<Text<'_>>(json) {
        Ok(Text(text)) => text.parse().ok(),
        Err(_) => serde_json::from_str(json).ok(),
    }
}

/// A time in a JSON string, with or without a zone. The host writes UTC
/// without a suffix.
fn parse_time(json: &str) -> Option<Moment> {
    let Text(text) = serde_json::from_str(json).ok()?;
    let zoned = text.parse::<jiff::Timestamp>().ok();
    let plain = || {
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()
    };
    zoned.or_else(plain).map(Moment::from)
}

/// A body that is not a base64 string is kept as the text that it is, so that
/// the event is dead-lettered instead of the whole batch failing.
fn parse_body(json: &str) -> Body {
    match serde_json::from_str::<Text<'_>>(json) {
        Ok(Text(text)) => match BASE64_STANDARD.decode(text.as_bytes()) {
            Ok(bytes) => Body::Bytes(bytes),
            Err(_) => Body::NotBase64(text.into_owned()),
        },
        Err(_) => Body::NotBase64(json.to_owned()),
    }
}

/// A JSON string, borrowed if it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
