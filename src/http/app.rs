//! The state that handlers share.

use axum::extract::FromRef;
use jiff::tz::TimeZone;

use super::access::Access;
use super::firmware::FirmwareDirectory;
use crate::releases::Releases;
use crate::store::Store;

/// A handler extracts only the part that it needs, such as `State<Store>`.
#[derive(Clone, Debug, FromRef)]
pub struct App {
    pub store: Store,
    pub releases: Releases,
    pub firmware: FirmwareDirectory,
    pub access: Access,
    /// The time zone that defines local days.
    pub zone: TimeZone,
    /// Whether Azure's front end, which terminates TLS, forwards all requests.
    #[from_ref(skip)]
    pub in_azure: bool,
}
