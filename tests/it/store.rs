//! The contract of the stores: the same tests run on every store.

mod contract;
#[cfg(feature = "azure")]
mod cosmos;
#[cfg(feature = "azure")]
mod costs;
#[cfg(feature = "azure")]
mod day_close_race;
#[cfg(feature = "azure")]
mod faults;
mod history;
mod reference;
#[cfg(feature = "azure")]
mod time_zone_change;

use cloudsmets::store::Store;
use jiff::tz::TimeZone;
use tempfile::TempDir;

/// The time zone of the local days.
fn london() -> TimeZone {
    TimeZone::get("Europe/London").unwrap()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Runs the contract tests on a store. `$fixture` is a tuple whose first member is an empty store.
macro_rules! contract_tests {
    ($fixture:expr) => {
        crate::store::contract_tests!($fixture; recorded_documents_can_be_read, recording_the_same_changes_again_changes_nothing,
            a_range_contains_only_one_home_fuel_and_kind, homes_are_listed_by_id,
            a_dead_letter_is_stored_once, a_dead_letter_can_be_removed_or_explained, documents_match_the_reference_merge,
            any_order_gives_the_same_documents, many_homes_are_recorded_in_one_call,
            concurrent_writers_of_one_home_lose_nothing, a_year_of_history_is_recorded_in_one_call);
    };
    ($fixture:expr; $($test:ident),+) => {$(
        #[test]
        fn $test() {
            let fixture = $fixture;
            crate::store::block_on(crate::store::contract::$test(&fixture.0));
        }
    )+};
}
pub(crate) use contract_tests;

mod embedded {
    use super::{Store, TempDir, london};

    fn store() -> (Store, TempDir) {
        let directory = TempDir::new().unwrap();
        (Store::open_embedded(directory.path(), &london()).unwrap(), directory)
    }

    super::contract_tests!(store());
}
