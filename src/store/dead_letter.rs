//! Events that could not be read and are stored with their bytes and a reason.

use crate::domain::units::Moment;

/// An event that could not be read. Its id is derived from its position in the
/// transport, so a redelivered event is stored once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Partition, sequence number and a checksum of the body.
    pub id: String,
    /// The device id that the transport gave; `None` if it gave none.
    pub device: Option<String>,
    /// When the hub accepted the event.
    pub enqueued: Option<Moment>,
    /// Why the event could not be read. May quote the event.
    pub reason: String,
    /// The event's body, unchanged.
    pub body: Vec<u8>,
    /// Whether `body` is what the device sent, decoded from base64. Otherwise it
    /// is the text or JSON that the host delivered instead, and never telemetry.
    pub is_decoded: bool,
}

/// The key of a dead letter in its store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetterKey {
    /// Empty in the embedded store, which has no partitions.
    pub(super) partition: String,
    pub(super) id: String,
}

/// What changes after dead letters were replayed.
#[derive(Clone, Debug, Default)]
pub struct DeadLetterChanges {
    pub removed: Vec<DeadLetterKey>,
    pub new_reasons: Vec<(DeadLetterKey, String)>,
}

/// How many dead letters of a device were dropped to stay within its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedDeadLetters {
    /// `None` for events without a device id.
    pub device: Option<String>,
    pub count: u64,
}

/// The reason by which a body that is not base64 can be recognized in a dead
/// letter of a version that did not store [`DeadLetter::is_decoded`].
pub(super) const NOT_BASE64_REASON: &str = "the event's body is not base64";
