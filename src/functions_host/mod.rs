//! The Azure Functions host's payloads: how it posts events to a custom
//! handler and what it wants to hear. Nothing else knows these shapes.

mod compose;
mod envelope;
mod reply;

pub use compose::{Outgoing, compose};
pub use envelope::{BadEnvelope, read_events};
pub use reply::Reply;
