//! What every store promises, held by the same tests on each.

mod contract;
#[cfg(feature = "azure")]
mod cosmos;
#[cfg(feature = "azure")]
mod costs;
#[cfg(feature = "azure")]
mod faults;
#[cfg(feature = "azure")]
mod midnight;
mod reference;
mod story;
#[cfg(feature = "azure")]
mod zone;

use cloudsmets::store::Store;
use jiff::tz::TimeZone;
use tempfile::TempDir;

/// The zone that days are local to.
fn london() -> TimeZone {
    TimeZone::get("Europe/London").unwrap()
}

/// Runs a test's part that asks a store.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Runs the contract on a store; `$fixture` makes an empty one as its first member.
macro_rules! hold_contract {
    ($fixture:expr) => {
        crate::store::hold_contract!($fixture; what_is_recorded_is_found, the_same_again_changes_nothing,
            a_range_is_of_one_home_fuel_and_kind, homes_are_listed_by_id,
            events_kept_aside_are_kept_once, documents_are_those_of_the_merge,
            any_order_gives_the_same_documents, many_homes_are_recorded_at_once,
            writers_of_one_home_lose_nothing, years_are_recorded_at_once);
    };
    ($fixture:expr; $($promise:ident),+) => {$(
        #[test]
        fn $promise() {
            let fixture = $fixture;
            crate::store::block_on(crate::store::contract::$promise(&fixture.0));
        }
    )+};
}
pub(crate) use hold_contract;

mod embedded {
    use super::{Store, TempDir, london};

    fn store() -> (Store, TempDir) {
        let directory = TempDir::new().unwrap();
        (Store::open_embedded(directory.path(), &london()).unwrap(), directory)
    }

    super::hold_contract!(store());
}
