//! The HTTP interface. Only `server` and `command` import this module.

mod access;
mod app;
mod dashboard;
mod delivery_check;
mod error;
mod firmware;
mod latest_version;
mod mqtt_receiver;
mod request_origin;
mod router;
mod security_headers;
mod trace;

pub use access::{Access, ReleasableConnection};
pub use app::App;
pub use firmware::FirmwareDirectory;
pub use router::{RouteSet, router};
