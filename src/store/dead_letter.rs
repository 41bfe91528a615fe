//! Events that could not be read, dead-lettered with their bytes.

use crate::domain::units::Moment;

/// An event that could not be read. Its id is made of where the transport had
/// it, so that a redelivery does not keep it twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Where the transport had it: partition and sequence number,
    /// and a checksum of the content.
    pub id: String,
    /// The device, as the transport names it; `None` when it named none.
    pub device: Option<String>,
    /// When the hub took it.
    pub enqueued: Option<Moment>,
    /// Why it could not be read.
    pub reason: String,
    /// Its bytes as they came.
    pub body: Vec<u8>,
}
