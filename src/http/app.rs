//! The state that handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use jiff::tz::TimeZone;

use crate::config::Auth;
use crate::releases::Releases;
use crate::store::Store;

/// A handler extracts only the part that it needs, such as `State<Store>`.
#[derive(Clone, Debug, FromRef)]
pub struct App {
    pub store: Store,
    pub releases: Releases,
    /// Who may see what.
    pub auth: Arc<Auth>,
    /// The time zone that defines local days.
    pub zone: TimeZone,
}
