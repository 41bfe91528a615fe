//! What handlers are given.

use std::sync::Arc;

use axum::extract::FromRef;
use jiff::tz::TimeZone;

use crate::config::Auth;
use crate::releases::Releases;
use crate::store::Store;

/// The program's state; a handler takes the part that it needs.
#[derive(Clone, Debug, FromRef)]
pub struct App {
    /// Where readings are.
    pub store: Store,
    /// Where firmware releases are.
    pub releases: Releases,
    /// Who may see what.
    pub auth: Arc<Auth>,
    /// The zone that days are local to.
    pub zone: TimeZone,
}
