//! The Azure Functions host's payloads: how it posts events to a custom
//! handler and what it wants to hear. Nothing else knows these shapes.

mod envelope;
mod envelope_writer;
mod reply;

pub use envelope::{InvalidEnvelope, read_events};
pub use envelope_writer::{OutgoingEvent, write_envelope};
pub use reply::Reply;
