//! Two writers of one home on Cosmos DB who meet when a day ends: one closes
//! the day, the other adds to it. Whoever comes second has to notice.

use cloudsmets::domain::merge::Change;

use super::contract::assert_documents;
use super::cosmos::{PLENTY, connect};
use super::story::{home, story};
use super::{block_on, reference};
use crate::azure::cosmos::Emulator;
use crate::azure::faults::{Fault, Schedule};

/// Writes `held`, which is stopped on its way until `meanwhile` is written.
fn meet(before: &[Vec<Change>], held: &[Change], meanwhile: &[Change]) {
    let emulator = Emulator::start(PLENTY);
    let write = |batch: &[Change]| {
        let batch = vec![(home("dev-1"), batch.to_vec())];
        block_on(connect(&emulator).record(batch, Vec::new())).unwrap();
    };
    before.iter().for_each(|batch| write(batch));
    let mut first = Some(Fault::Held);
    emulator.follow(Schedule::of(move |request| match request.starts_with("GET ") {
        true => Fault::None,
        false => first.take().unwrap_or(Fault::None),
    }));
    std::thread::scope(|scope| {
        scope.spawn(|| write(held));
        emulator.wait_until_held();
        write(meanwhile);
        emulator.let_go();
    });
    let all = [before, &[meanwhile.to_vec(), held.to_vec()]].concat();
    let expected = reference::documents(&home("dev-1"), &all);
    block_on(assert_documents(&connect(&emulator), &home("dev-1"), &expected));
}

/// An evening without its last reading, that reading, and the next day's
/// first. The home's own document says of the last nothing that it did not say
/// before, so that the two meet in the day alone.
fn evening() -> (Vec<Vec<Change>>, Vec<Change>, Vec<Change>) {
    let all = story("dev-1", 2, 600);
    (all[130..143].to_vec(), all[143].clone(), all[144].clone())
}

#[test]
fn a_reading_that_comes_while_its_day_is_closed_is_in_the_month() {
    let (before, late, next) = evening();
    meet(&before, &late, &next);
}

#[test]
fn a_day_that_is_closed_while_a_reading_comes_has_it_in_the_month() {
    let (before, late, next) = evening();
    meet(&before, &next, &late);
}
