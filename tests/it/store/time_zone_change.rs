//! A time zone change on Cosmos DB rebuilds all months, which takes more than
//! one transaction if there are many years.

use cloudsmets::domain::merge::Change;
use jiff::tz::TimeZone;

use super::contract::assert_documents;
use super::cosmos::{AMPLE_REQUEST_UNITS, connect, connect_in};
use super::history::{home, message, years};
use super::reference::{self, Documents};
use super::{block_on, london};
use crate::azure::cosmos::Emulator;
use crate::azure::faults::{Fault, FaultSchedule};

/// This many years have more months than a transaction may have operations.
const YEARS: i64 = 9;

fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").unwrap()
}

/// An account with years of readings in London's days, and its expected documents.
fn account() -> (Emulator, Documents) {
    let emulator = Emulator::start(AMPLE_REQUEST_UNITS);
    let mut documents = Documents::new();
    let history = years("dev-1", YEARS);
    reference::apply(&mut documents, &home("dev-1"), &history, &london());
    let store = connect(&emulator);
    for year in history {
        block_on(store.record(vec![(home("dev-1"), year)], Vec::new())).unwrap();
    }
    block_on(assert_documents(&store, &home("dev-1"), &documents));
    (emulator, documents)
}

/// Retries a batch until it is recorded, as the host does.
fn send(zone: &TimeZone, emulator: &Emulator, batch: &[Change]) {
    let store = connect_in(zone, emulator);
    let batch = || vec![(home("dev-1"), batch.to_vec())];
    for _ in 0..100 {
        match block_on(store.record(batch(), Vec::new())) {
            Ok(_) => return,
            Err(error) => assert!(error.is_transient(), "{error}"),
        }
    }
    panic!("the batch is never recorded");
}

#[test]
fn a_time_zone_change_completes_despite_faults() {
    let (emulator, mut documents) = account();
    let next = message("dev-1", 0);
    reference::apply(&mut documents, &home("dev-1"), std::slice::from_ref(&next), &paris());
    let _ = emulator.take_requests();
    let mut faults =
        [Fault::LostReply, Fault::LostRequest, Fault::Refused(503), Fault::LostReply].into_iter();
    emulator.inject_faults(FaultSchedule::from_fn(move |request| {
        match request.starts_with("GET ") {
            true => Fault::None,
            false => faults.next().unwrap_or(Fault::None),
        }
    }));
    send(&paris(), &emulator, &next);
    // The largest transaction is full, so there was more than one.
    let largest = emulator.take_requests().iter().map(|request| request.documents_written).max();
    assert_eq!(largest, Some(100));
    block_on(assert_documents(&connect_in(&paris(), &emulator), &home("dev-1"), &documents));
}

/// The other writer writes before the first or before the second transaction.
#[test]
fn concurrent_writers_both_apply_a_time_zone_change() {
    for stopped_at in 0..2 {
        let (emulator, mut documents) = account();
        let [held, meanwhile] = [0, 1].map(|n| message("dev-1", n));
        let both = [meanwhile.clone(), held.clone()];
        reference::apply(&mut documents, &home("dev-1"), &both, &paris());
        let mut writes = 0;
        emulator.inject_faults(FaultSchedule::from_fn(move |request| {
            if request.starts_with("GET ") {
                return Fault::None;
            }
            writes += 1;
            if writes - 1 == stopped_at { Fault::Held } else { Fault::None }
        }));
        std::thread::scope(|scope| {
            scope.spawn(|| send(&paris(), &emulator, &held));
            emulator.wait_until_held();
            send(&paris(), &emulator, &meanwhile);
            emulator.release_held();
        });
        block_on(assert_documents(&connect_in(&paris(), &emulator), &home("dev-1"), &documents));
    }
}
