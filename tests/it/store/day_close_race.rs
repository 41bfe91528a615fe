//! Two concurrent writers of one home on Cosmos DB at the end of a day: one
//! closes the day, the other adds to it. The second must detect the conflict.

use cloudsmets::domain::merge::Change;

use super::contract::assert_documents;
use super::cosmos::{AMPLE_REQUEST_UNITS, connect};
use super::history::{history, home};
use super::{block_on, reference};
use crate::azure::cosmos::Emulator;
use crate::azure::faults::{Fault, FaultSchedule};

/// The number of messages before 2026-04-10T00:00:00Z, at one per ten minutes.
const MESSAGES_BEFORE_APRIL_10: usize = 14 * 144;

/// Writes `held`, whose first write is delayed until `meanwhile` is written.
fn race(before: &[Vec<Change>], held: &[Change], meanwhile: &[Change]) {
    let emulator = Emulator::start(AMPLE_REQUEST_UNITS);
    let write = |batch: &[Change]| {
        let batch = vec![(home("dev-1"), batch.to_vec())];
        block_on(connect(&emulator).record(batch, Vec::new())).unwrap();
    };
    before.iter().for_each(|batch| write(batch));
    let mut first = Some(Fault::Held);
    emulator.inject_faults(FaultSchedule::from_fn(move |request| {
        match request.starts_with("GET ") {
            true => Fault::None,
            false => first.take().unwrap_or(Fault::None),
        }
    }));
    std::thread::scope(|scope| {
        scope.spawn(|| write(held));
        emulator.wait_until_held();
        write(meanwhile);
        emulator.release_held();
    });
    let all = [before, &[meanwhile.to_vec(), held.to_vec()]].concat();
    let expected = reference::documents(&home("dev-1"), &all);
    block_on(assert_documents(&connect(&emulator), &home("dev-1"), &expected));
}

/// An evening without its last reading, that reading, and the first of the next
/// day. The last reading does not change the home's own document, so the two
/// writers conflict in the day only.
fn end_of_day() -> (Vec<Vec<Change>>, Vec<Change>, Vec<Change>) {
    let all = history("dev-1", 2, 600);
    (all[130..143].to_vec(), all[143].clone(), all[144].clone())
}

#[test]
fn a_reading_that_arrives_while_its_day_is_closed_is_in_the_month() {
    let (before, late, next) = end_of_day();
    race(&before, &late, &next);
}

#[test]
fn a_day_closed_while_a_reading_arrives_has_it_in_the_month() {
    let (before, late, next) = end_of_day();
    race(&before, &next, &late);
}

/// In summer a local day begins an hour before its UTC day. The middle of a day
/// is known, the evening before is not, and the next day begins.
fn end_of_summer_day() -> (Vec<Vec<Change>>, Vec<Change>, Vec<Change>) {
    let all = history("dev-1", 18, 600);
    let late = all[MESSAGES_BEFORE_APRIL_10 + 143].clone();
    // Include an earlier day, so that the late one does not change the home's own document.
    let before = [
        &all[MESSAGES_BEFORE_APRIL_10 - 72..MESSAGES_BEFORE_APRIL_10 - 60],
        &all[MESSAGES_BEFORE_APRIL_10 + 204..MESSAGES_BEFORE_APRIL_10 + 216],
    ]
    .concat();
    (before, late, all[MESSAGES_BEFORE_APRIL_10 + 288].clone())
}

#[test]
fn a_day_first_created_while_it_is_closed_is_in_the_month() {
    let (before, late, next) = end_of_summer_day();
    race(&before, &late, &next);
}

#[test]
fn a_day_closed_while_it_is_first_created_is_in_the_month() {
    let (before, late, next) = end_of_summer_day();
    race(&before, &next, &late);
}
