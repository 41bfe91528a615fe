//! An event as the transport delivered it.

use crate::domain::units::Moment;
use crate::store::DeadLetter;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The bytes that the device sent.
    Bytes(Vec<u8>),
    /// The text or JSON that the host delivered instead of base64.
    NotBase64(String),
}

/// An event as the transport delivered it. Everything except `body` comes from
/// the hub, never from the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The event's position in the hub: partition and sequence number.
    pub position: String,
    /// The device that the hub authenticated (`iothub-connection-device-id`).
    pub device: Option<String>,
    /// The kind of message (`iothub-message-source`); `None` means telemetry.
    pub source: Option<String>,
    /// When the hub accepted the event.
    pub enqueued: Option<Moment>,
    pub body: Body,
    /// Why the hub's properties of the event could not be read. Such an event is
    /// dead-lettered, because its device is unknown. Never quotes the properties.
    pub invalid_properties: Option<String>,
}

impl Event {
    /// Whether the event is telemetry from a device. The hub also reports changes
    /// of twins and of the device registry, which contain no readings.
    pub(super) fn is_telemetry(&self) -> bool {
        self.source.as_deref().is_none_or(|source| source.eq_ignore_ascii_case("Telemetry"))
    }

    pub(super) fn into_dead_letter(self, reason: String) -> DeadLetter {
        let (body, is_decoded) = match self.body {
            Body::Bytes(bytes) => (bytes, true),
            Body::NotBase64(text) => (text.into_bytes(), false),
        };
        // A recreated hub starts its sequence numbers again, so the checksum distinguishes its
        // events from those of the old hub.
        let mut checksum = flate2::Crc::new();
        checksum.update(&body);
        DeadLetter {
            id: format!("{}/{:08x}", self.position, checksum.sum()),
            device: self.device,
            enqueued: self.enqueued,
            reason,
            body,
            is_decoded,
        }
    }
}

impl From<DeadLetter> for Event {
    fn from(letter: DeadLetter) -> Self {
        let body = if letter.is_decoded {
            Body::Bytes(letter.body)
        } else {
            Body::NotBase64(String::from_utf8_lossy(&letter.body).into_owned())
        };
        Self {
            position: letter.id,
            device: letter.device,
            // Only telemetry is dead-lettered.
            source: None,
            enqueued: letter.enqueued,
            body,
            invalid_properties: None,
        }
    }
}
