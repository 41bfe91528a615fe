//! A double of the Azure Functions host: starts the real program as the host
//! does and speaks its wire protocol, byte for byte where that is known.
//! Built from the protocol's description, not from `src/functions_host`.

mod aftermath;
mod delivery;
mod envelope;
mod functions_host;
mod ports;
mod program;
mod wire;

pub(crate) use aftermath::{Documents, dead_letters, documents};
pub(crate) use delivery::{Attempt, acknowledged, judge};
pub(crate) use envelope::{Batch, Event, utc};
pub(crate) use functions_host::FunctionsHost;
pub(crate) use ports::free_port;
pub(crate) use program::{Program, Settings, program_under_test};
#[cfg(feature = "azure")]
pub(crate) use wire::read_reply;
pub(crate) use wire::{Connection, Reply, head, post};
