//! The contract tests on Cosmos DB.

use std::sync::Arc;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::time::{Duration, OffsetDateTime};
use cloudsmets::store::Store;
use jiff::tz::TimeZone;

use super::london;
use crate::azure::cosmos::{DATABASE, Emulator};

/// More request units per second than a test needs.
pub(super) const AMPLE_REQUEST_UNITS: u64 = 1_000_000;

fn store() -> (Store, Emulator) {
    let emulator = Emulator::start(AMPLE_REQUEST_UNITS);
    (connect(&emulator), emulator)
}

super::contract_tests!(store());

/// Opens another store on an account, as a second process would.
pub(super) fn connect(emulator: &Emulator) -> Store {
    connect_in(&london(), emulator)
}

/// Opens a store in another time zone.
pub(super) fn connect_in(zone: &TimeZone, emulator: &Emulator) -> Store {
    let endpoint = emulator.endpoint().parse().unwrap();
    Store::cosmos(endpoint, stub_credential(), DATABASE, zone)
}

/// An identity for the emulator, which does not authenticate.
pub(super) fn stub_credential() -> Arc<dyn TokenCredential> {
    Arc::new(StubCredential)
}

#[derive(Debug)]
struct StubCredential;

#[async_trait::async_trait]
impl TokenCredential for StubCredential {
    async fn get_token(
        &self,
        _: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let expires = OffsetDateTime::now_utc() + Duration::hours(1);
        Ok(AccessToken::new("a token", expires))
    }
}
