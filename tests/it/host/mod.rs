//! A test double of the Azure Functions host. It starts the real program as the
//! host does and speaks its wire protocol, byte for byte where that is known.
//! It is written from the protocol's description, not from `src/functions_host`.

mod delivery;
mod envelope;
mod functions_host;
mod ports;
mod program;
mod stand_alone;
mod stored_data;
mod wire;

pub(crate) use delivery::{Framing, acknowledged, interpret_reply};
pub(crate) use envelope::{Batch, Event, utc};
pub(crate) use functions_host::{FunctionsHost, basic_credentials};
pub(crate) use ports::free_port;
pub(crate) use program::{Program, Settings, program_under_test};
pub(crate) use stand_alone::StandAlone;
pub(crate) use stored_data::{Documents, dead_letters, documents};
#[cfg(feature = "azure")]
pub(crate) use wire::read_reply;
pub(crate) use wire::{Connection, Reply, head, post};
