//! The contract on Cosmos DB.

use std::sync::Arc;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::time::{Duration, OffsetDateTime};
use cloudsmets::store::Store;
use jiff::tz::TimeZone;

use super::london;
use crate::azure::cosmos::{DATABASE, Emulator};

/// More request units a second than a test needs.
pub(super) const AMPLE_REQUEST_UNITS: u64 = 1_000_000;

fn store() -> (Store, Emulator) {
    let emulator = Emulator::start(AMPLE_REQUEST_UNITS);
    (connect(&emulator), emulator)
}

super::contract_tests!(store());

/// A store of its own on an account, as each process has it.
pub(super) fn connect(emulator: &Emulator) -> Store {
    connect_in(&london(), emulator)
}

/// The same in another zone.
pub(super) fn connect_in(zone: &TimeZone, emulator: &Emulator) -> Store {
    let endpoint = emulator.endpoint().parse().unwrap();
    Store::cosmos(endpoint, stub_credential(), DATABASE, zone)
}

/// An identity for an account that asks nobody who they are.
pub(super) fn stub_credential() -> Arc<dyn TokenCredential> {
    Arc::new(StubCredential)
}

/// A token that the emulator takes, as it takes any.
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
