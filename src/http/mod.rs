//! The HTTP interface. Only `server` and `command` import this module.

mod access;
mod app;
mod dashboard;
mod error;
mod latest_version;
mod mqtt_receiver;
mod router;

pub use app::App;
pub use router::{RouteSet, router};
