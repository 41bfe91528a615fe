//! Fault injection on Cosmos DB: refusals, broken connections, lost replies.
//! The batch is retried as by the host, and in the end nothing is missing,
//! doubled or different.

use cloudsmets::domain::merge::Change;
use cloudsmets::domain::units::Moment;
use cloudsmets::store::{DeadLetter, Store, StoreError};

use super::cosmos::{AMPLE_REQUEST_UNITS, connect};
use super::history::{START, history, home, shuffled_with_duplicates};
use super::{block_on, london};
use crate::azure::cosmos::{Emulator, Items};
use crate::azure::faults::{Fault, FaultSchedule};

/// A home's batches of a few days, in random order and with duplicates.
fn batches() -> Vec<Vec<Change>> {
    let all = history("dev-1", 4, 7_200);
    let mut batches = shuffled_with_duplicates(&all, 11);
    batches.truncate(30);
    batches.extend(all);
    batches
}

fn letter(n: usize) -> DeadLetter {
    DeadLetter {
        id: format!("0/{n}"),
        device: Some("dev-1".to_owned()),
        enqueued: Some(Moment::from_unix(START)),
        reason: "not a reading".to_owned(),
        body: vec![0xFF; n],
        is_decoded: true,
    }
}

/// Retries each batch until it is recorded, as the host does. Returns the number of retries.
async fn send(store: &Store, batches: &[Vec<Change>]) -> usize {
    let mut retries = 0;
    for (n, batch) in batches.iter().enumerate() {
        let dead = if n % 10 == 0 { vec![letter(n)] } else { Vec::new() };
        loop {
            match store.record(vec![(home("dev-1"), batch.clone())], dead.clone()).await {
                Ok(_) => break,
                Err(error) => assert!(error.is_transient(), "{error}"),
            }
            retries += 1;
            assert!(retries < 1_000, "the batch is never recorded");
        }
    }
    retries
}

/// The documents and dead letters after a run, and its number of retries.
fn run(schedule: FaultSchedule) -> (Items, Items, usize) {
    let emulator = Emulator::start(AMPLE_REQUEST_UNITS);
    emulator.inject_faults(schedule);
    let retries = block_on(send(&connect(&emulator), &batches()));
    (emulator.items("documents"), emulator.items("dead-letters"), retries)
}

#[test]
fn random_faults_do_not_change_what_is_stored() {
    let (documents, letters, retries) = run(FaultSchedule::none());
    assert_eq!((documents.len(), letters.len(), retries), (12, 8, 0));
    let mut total_retries = 0;
    for seed in 0..6 {
        let (found, found_letters, retries) = run(FaultSchedule::random(seed, 3));
        total_retries += retries;
        assert_eq!(found, documents, "seed {seed}");
        assert_eq!(found_letters, letters, "seed {seed}");
    }
    assert!(total_retries > 0, "the client's own retries hid all faults");
}

#[test]
fn throttled_writes_are_stored_after_retries() {
    let names: Vec<_> = (0..40).map(|n| format!("dev-{n:02}")).collect();
    let changes: Vec<_> =
        names.iter().map(|name| (home(name), history(name, 3, 7_200).concat())).collect();
    let run = |request_units| {
        let emulator = Emulator::start(request_units);
        let store = connect(&emulator);
        block_on(async {
            while let Err(error) = store.record(changes.clone(), Vec::new()).await {
                assert!(error.is_transient(), "{error}");
            }
        });
        let refused =
            emulator.take_requests().iter().filter(|request| request.status == 429).count();
        (emulator.items("documents"), refused)
    };
    let (documents, refused) = run(AMPLE_REQUEST_UNITS);
    assert_eq!(refused, 0);
    // The smallest throughput of a container.
    let (found, refused) = run(400);
    assert!(refused > 0, "nothing was throttled");
    assert_eq!(found, documents);
}

#[test]
fn a_write_whose_reply_is_lost_is_applied_once() {
    for fault in [Fault::LostReply, Fault::NoReply] {
        let emulator = Emulator::start(AMPLE_REQUEST_UNITS);
        let store = connect(&emulator);
        let batches = history("dev-1", 1, 21_600);
        block_on(send(&store, &batches[..1]));
        let mut first = Some(fault);
        emulator.inject_faults(FaultSchedule::from_fn(move |request| {
            match request.starts_with("GET ") {
                true => Fault::None,
                false => first.take().unwrap_or(Fault::None),
            }
        }));
        block_on(send(&store, &batches[1..2]));
        let found = emulator.items("documents");
        let without_faults = Emulator::start(AMPLE_REQUEST_UNITS);
        block_on(send(&connect(&without_faults), &batches[..2]));
        assert_eq!(found, without_faults.items("documents"), "{fault:?}");
    }
}

/// The error of a first batch under these faults.
fn error(schedule: FaultSchedule) -> StoreError {
    let emulator = Emulator::start(AMPLE_REQUEST_UNITS);
    emulator.inject_faults(schedule);
    let batch = vec![(home("dev-1"), history("dev-1", 1, 43_200).concat())];
    block_on(connect(&emulator).record(batch, Vec::new())).unwrap_err()
}

#[test]
fn transient_errors_are_distinguished_from_permanent_ones() {
    // The client retries a permanent 449 for half a minute, so only the random schedules use it.
    for status in [408, 429, 503, 401, 403] {
        let always = move |request: &str| match request.contains("/docs") {
            true => Fault::Refused(status),
            false => Fault::None,
        };
        let error = error(FaultSchedule::from_fn(always));
        assert!(error.is_transient(), "{status}: {error}");
    }
    let bad_request = FaultSchedule::from_fn(|request| match request.contains("/docs") {
        true => Fault::Refused(400),
        false => Fault::None,
    });
    let error = error(bad_request);
    assert!(!error.is_transient(), "{error}");
}

#[test]
fn an_unreachable_account_is_a_transient_error() {
    let endpoint = format!("http://127.0.0.1:{}/", crate::host::free_port());
    let store = Store::cosmos(
        endpoint.parse().unwrap(),
        super::cosmos::stub_credential(),
        crate::azure::cosmos::DATABASE,
        &london(),
    );
    let error = block_on(store.homes()).unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert!(!error.to_string().contains('\n'), "a log line is one line: {error}");
}
