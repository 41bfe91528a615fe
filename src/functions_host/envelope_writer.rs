//! Writes envelopes as the host does, for devices that this program simulates.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;

use crate::domain::identity::DeviceId;
use crate::domain::units::Moment;

#[derive(Clone, Debug)]
pub struct OutgoingEvent<'a> {
    pub device: &'a DeviceId,
    /// When the hub accepted the event.
    pub enqueued: Moment,
    /// The sequence number in the partition.
    pub sequence: u64,
    pub body: &'a [u8],
}

#[derive(Serialize)]
struct Envelope {
    #[serde(rename = "Data")]
    data: Data,
    #[serde(rename = "Metadata")]
    metadata: Metadata,
}

#[derive(Serialize)]
struct Data {
    events: String,
}

#[derive(Serialize)]
struct Metadata {
    #[serde(rename = "PartitionContext")]
    partition: Partition,
    #[serde(rename = "SequenceNumberArray")]
    sequence_numbers: String,
    #[serde(rename = "EnqueuedTimeUtcArray")]
    enqueued: String,
    #[serde(rename = "SystemPropertiesArray")]
    system_properties: String,
}

#[derive(Serialize)]
struct Partition {
    #[serde(rename = "PartitionId")]
    id: String,
}

#[derive(Serialize)]
struct SystemProperties<'a> {
    #[serde(rename = "iothub-connection-device-id")]
    device: &'a str,
    #[serde(rename = "iothub-message-source")]
    source: &'static str,
    #[serde(rename = "iothub-enqueuedtime")]
    enqueued: String,
}

/// Returns a request body as the Functions host would post it.
///
/// # Errors
/// If serialization fails; no such input is known.
pub fn write_envelope(
    partition: &str,
    events: &[OutgoingEvent<'_>],
) -> serde_json::Result<Vec<u8>> {
    let bodies: Vec<_> = events.iter().map(|event| BASE64_STANDARD.encode(event.body)).collect();
    let sequences: Vec<_> = events.iter().map(|event| event.sequence).collect();
    let enqueued: Vec<_> = events.iter().map(|event| event.enqueued.to_string()).collect();
    let properties: Vec<_> = events
        .iter()
        .map(|event| SystemProperties {
            device: event.device.as_str(),
            source: "Telemetry",
            enqueued: event.enqueued.to_string(),
        })
        .collect();
    serde_json::to_vec(&Envelope {
        data: Data { events: serde_json::to_string(&bodies)? },
        metadata: Metadata {
            partition: Partition { id: partition.to_owned() },
            sequence_numbers: serde_json::to_string(&sequences)?,
            enqueued: serde_json::to_string(&enqueued)?,
            system_properties: serde_json::to_string(&properties)?,
        },
    })
}
