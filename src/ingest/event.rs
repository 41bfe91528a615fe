//! One event as the transport gave it.

use crate::domain::units::Moment;
use crate::store::DeadLetter;

/// An event's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The device's bytes.
    Bytes(Vec<u8>),
    /// What stood where base64 should have been.
    NotBase64(String),
}

/// One event as the transport gave it. Everything but `body` comes from the
/// hub, never from the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Where the hub had it: partition and sequence number.
    pub position: String,
    /// The device that the hub authenticated (`iothub-connection-device-id`).
    pub device: Option<String>,
    /// What kind of message it is (`iothub-message-source`); `None` is telemetry.
    pub source: Option<String>,
    /// When the hub took it.
    pub enqueued: Option<Moment>,
    /// The content.
    pub body: Body,
}

impl Event {
    /// Whether a device sent it as telemetry. The hub also tells of twins and
    /// of devices being made, which say nothing about a meter.
    pub(super) fn is_telemetry(&self) -> bool {
        self.source.as_deref().is_none_or(|source| source.eq_ignore_ascii_case("Telemetry"))
    }

    pub(super) fn into_dead_letter(self, reason: String) -> DeadLetter {
        let body = match self.body {
            Body::Bytes(bytes) => bytes,
            Body::NotBase64(text) => text.into_bytes(),
        };
        // A hub that is made anew counts from one again: the content tells its events from the old.
        let mut checksum = flate2::Crc::new();
        checksum.update(&body);
        DeadLetter {
            id: format!("{}/{:08x}", self.position, checksum.sum()),
            device: self.device,
            enqueued: self.enqueued,
            reason,
            body,
        }
    }
}
