//! Cosmos DB in bad weather: refusals, broken connections, lost answers. The
//! batch is sent again as the host does, and in the end nothing is missing,
//! doubled or different.

use cloudsmets::domain::merge::Change;
use cloudsmets::domain::units::Moment;
use cloudsmets::store::{DeadLetter, Store, StoreError};

use super::cosmos::{PLENTY, connect};
use super::story::{START, home, rearranged, story};
use super::{block_on, london};
use crate::azure::cosmos::{Emulator, Items};
use crate::azure::faults::{Fault, Schedule};

/// What a home tells in a few days, a day that comes late and repeats among it.
fn batches() -> Vec<Vec<Change>> {
    let all = story("dev-1", 4, 7_200);
    let mut batches = rearranged(&all, 11);
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
    }
}

/// Sends each batch until it is taken, as the host does. Tells how often one
/// was given back.
async fn send(store: &Store, batches: &[Vec<Change>]) -> usize {
    let mut given_back = 0;
    for (n, batch) in batches.iter().enumerate() {
        let dead = if n % 10 == 0 { vec![letter(n)] } else { Vec::new() };
        loop {
            match store.record(vec![(home("dev-1"), batch.clone())], dead.clone()).await {
                Ok(_) => break,
                Err(error) => assert!(error.is_transient(), "{error}"),
            }
            given_back += 1;
            assert!(given_back < 1_000, "the store never takes it");
        }
    }
    given_back
}

/// What a run leaves: documents, events kept aside, and batches given back.
fn run(schedule: Schedule) -> (Items, Items, usize) {
    let emulator = Emulator::start(PLENTY);
    emulator.follow(schedule);
    let given_back = block_on(send(&connect(&emulator), &batches()));
    (emulator.items("documents"), emulator.items("dead-letters"), given_back)
}

#[test]
fn after_every_storm_all_is_as_after_a_calm() {
    let (documents, letters, given_back) = run(Schedule::calm());
    assert_eq!((documents.len(), letters.len(), given_back), (12, 8, 0));
    let mut all_given_back = 0;
    for seed in 0..6 {
        let (found, found_letters, given_back) = run(Schedule::stormy(seed, 3));
        all_given_back += given_back;
        assert_eq!(found, documents, "seed {seed}");
        assert_eq!(found_letters, letters, "seed {seed}");
    }
    assert!(all_given_back > 0, "the client mended everything by itself");
}

#[test]
fn what_is_throttled_arrives_all_the_same() {
    let names: Vec<_> = (0..40).map(|n| format!("dev-{n:02}")).collect();
    let changes: Vec<_> =
        names.iter().map(|name| (home(name), story(name, 3, 7_200).concat())).collect();
    let run = |request_units| {
        let emulator = Emulator::start(request_units);
        let store = connect(&emulator);
        block_on(async {
            while let Err(error) = store.record(changes.clone(), Vec::new()).await {
                assert!(error.is_transient(), "{error}");
            }
        });
        let refused = emulator.asked().iter().filter(|asked| asked.status == 429).count();
        (emulator.items("documents"), refused)
    };
    let (documents, refused) = run(PLENTY);
    assert_eq!(refused, 0);
    // The least that a container can be given.
    let (found, refused) = run(400);
    assert!(refused > 0, "nothing was throttled");
    assert_eq!(found, documents);
}

#[test]
fn a_write_whose_answer_is_lost_is_not_made_twice() {
    for fault in [Fault::LostReply, Fault::NoReply] {
        let emulator = Emulator::start(PLENTY);
        let store = connect(&emulator);
        let batches = story("dev-1", 1, 21_600);
        block_on(send(&store, &batches[..1]));
        let mut first = Some(fault);
        emulator.follow(Schedule::of(move |request| match request.starts_with("GET ") {
            true => Fault::None,
            false => first.take().unwrap_or(Fault::None),
        }));
        block_on(send(&store, &batches[1..2]));
        let found = emulator.items("documents");
        let calm = Emulator::start(PLENTY);
        block_on(send(&connect(&calm), &batches[..2]));
        assert_eq!(found, calm.items("documents"), "{fault:?}");
    }
}

/// The error of a first batch.
fn error(schedule: Schedule) -> StoreError {
    let emulator = Emulator::start(PLENTY);
    emulator.follow(schedule);
    let batch = vec![(home("dev-1"), story("dev-1", 1, 43_200).concat())];
    block_on(connect(&emulator).record(batch, Vec::new())).unwrap_err()
}

#[test]
fn what_passes_is_told_from_what_does_not() {
    // A 449 that never passes is retried by the client for half a minute, so it is left to the storms.
    for status in [408, 429, 503, 401, 403] {
        let always = move |request: &str| match request.contains("/docs") {
            true => Fault::Refused(status),
            false => Fault::None,
        };
        let error = error(Schedule::of(always));
        assert!(error.is_transient(), "{status}: {error}");
    }
    let bad_request = Schedule::of(|request| match request.contains("/docs") {
        true => Fault::Refused(400),
        false => Fault::None,
    });
    let error = error(bad_request);
    assert!(!error.is_transient(), "{error}");
}

#[test]
fn an_account_that_is_not_there_is_waited_for() {
    let nowhere = format!("http://127.0.0.1:{}/", crate::host::free_port());
    let store = Store::cosmos(
        nowhere.parse().unwrap(),
        super::cosmos::anybody(),
        crate::azure::cosmos::DATABASE,
        &london(),
    );
    let error = block_on(store.homes()).unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert!(!error.to_string().contains('\n'), "a log line is one line: {error}");
}
