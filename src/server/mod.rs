//! Builds the service from the settings and serves it to a bounded number of clients.

mod connection;
mod connections;
mod limits;
mod listener;
mod open;
mod request;
mod stream;

pub use limits::Limits;
pub use listener::serve;
pub use open::{
    ReleasesUser, open_app, open_release_storage, open_releases, open_store, route_set,
};
