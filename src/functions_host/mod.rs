//! The payloads of the Azure Functions host: the envelope in which it posts
//! events to a custom handler, and the reply it expects. No other module knows
//! these formats.

mod envelope;
mod envelope_writer;
mod reply;

pub use envelope::{InvalidEnvelope, read_events};
pub use envelope_writer::{OutgoingEvent, write_envelope};
pub use reply::Reply;
