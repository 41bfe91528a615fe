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
}
