//! SIGKILL at any moment, then the same batch again: what was acknowledged is
//! there, and nothing is there twice.

use std::io;
use std::thread;
use std::time::Duration;

use crate::dialect::{Dialect, gas};
use crate::host::{Batch, Event, Framing, FunctionsHost, Reply, acknowledged};
use crate::seeded_random::SeededRandom;

use super::host_with_store::HostWithStore;

/// Events in a batch, the marker not counted.
const EVENTS: i64 = 20;

/// Longest pause between the end of a request and the kill, in microseconds:
/// about what the program takes for a batch, so that kills hit before, while
/// and after it is written.
const LONGEST_PAUSE: usize = if cfg!(debug_assertions) { 8_000 } else { 2_000 };

/// What became of the batches.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    kills: usize,
    /// Batches acknowledged in the end, each once.
    acknowledged: usize,
    /// Sent again because the kill came first.
    redelivered: usize,
    /// Acknowledged and then not there.
    missing: usize,
    /// There more than once.
    duplicated: usize,
    /// Documents that differ from those of a run without kills.
    different: usize,
}

/// Batch `n`: half-hours that no other batch has, and one unreadable event
/// that marks it.
fn batch(n: usize) -> Batch {
    let first = 1_767_225_600 + n as i64 * EVENTS * 1_800;
    let mut events: Vec<_> = (0..EVENTS)
        .map(|k| {
            let (at, number) = (first + k * 1_800, n as u64 * EVENTS as u64 + k as u64);
            match k % 3 {
                0 => gas("home-2", at, 800_000 + 15 * number),
                1 => Dialect::Zbhci.event("home-1", at, 2_000_000 + 211 * number),
                _ => Dialect::V2.event("home-2", at, 5_000_000 + 173 * number),
            }
        })
        .collect();
    events.insert(7, Event::new("home-1", first, marker(n)));
    Batch::in_partition((n % 2) as u32, n as u64 * 100, events)
}

fn marker(n: usize) -> String {
    format!("marker {n} of the kill test")
}

fn times_stored(subject: &HostWithStore, n: usize) -> usize {
    let marker = marker(n).into_bytes();
    subject.dead_letter_bodies().iter().filter(|body| **body == marker).count()
}

/// Sends a batch and kills the program somewhere in it: after a part of the
/// request, some time after the whole of it, or in the moment of the answer,
/// when a program that answers before it has written is caught.
fn send_and_kill(
    host: &mut FunctionsHost,
    batch: &Batch,
    retry: u32,
    random: &mut SeededRandom,
) -> io::Result<Reply> {
    let request = Framing::Chunked(2_000).request(batch, retry);
    let mut connection = host.connect();
    let kill_point = random.below(4);
    let sent = if kill_point == 0 { random.below(request.len()) } else { request.len() };
    connection.write(&request[..sent])?;
    if kill_point == 1 {
        let reply = connection.reply();
        host.program.kill();
        return reply;
    }
    let pause = if kill_point == 0 { 0 } else { random.below(LONGEST_PAUSE) };
    thread::sleep(Duration::from_micros(pause as u64));
    host.program.kill();
    connection.reply()
}

/// Kills and sends again, on a ground like the one that `start` makes.
fn kill_repeatedly(kills: usize, start: impl Fn() -> HostWithStore) -> Counts {
    let mut random = SeededRandom(kills as u64);
    let mut counts = Counts::default();
    let mut subject = start();
    let mut n = 0;
    while counts.kills < kills {
        let batch = batch(n);
        let mut is_acknowledged = false;
        let mut retry = 0;
        // An attempt after a kill may be killed too.
        while !is_acknowledged && counts.kills < kills && (retry == 0 || random.below(2) == 0) {
            let reply = send_and_kill(&mut subject.host, &batch, retry, &mut random);
            counts.kills += 1;
            is_acknowledged = acknowledged(reply).is_some();
            let stored = times_stored(&subject, n);
            counts.missing += usize::from(is_acknowledged && stored == 0);
            counts.duplicated += usize::from(stored > 1);
            counts.redelivered += usize::from(!is_acknowledged);
            subject.host.restart();
            retry += 1;
        }
        // What was acknowledged is never sent again: if it is lost, it is missed at the end.
        if !is_acknowledged {
            subject.host.deliver(&batch);
        }
        counts.acknowledged += 1;
        n += 1;
    }
    compare_with_control(subject, start(), n, &mut counts);
    counts
}

/// Holds what is stored against a run without kills.
fn compare_with_control(
    mut subject: HostWithStore,
    mut control: HostWithStore,
    batches: usize,
    counts: &mut Counts,
) {
    for n in 0..batches {
        control.host.deliver(&batch(n));
    }
    subject.host.program.kill();
    control.host.program.kill();
    let (found, expected) = (subject.documents(), control.documents());
    assert!(!expected.is_empty(), "the control has nothing");
    counts.missing += expected.keys().filter(|id| !found.contains_key(*id)).count();
    counts.different += expected.iter().filter(|(id, body)| found.get(*id) != Some(body)).count();
    counts.different += found.keys().filter(|id| !expected.contains_key(*id)).count();
    let (found, expected) =
        (subject.dead_letter_bodies().len(), control.dead_letter_bodies().len());
    counts.missing += expected.saturating_sub(found);
    counts.duplicated += found.saturating_sub(expected);
}

fn assert_nothing_is_lost_or_duplicated(kills: usize, start: impl Fn() -> HostWithStore) {
    let counts = kill_repeatedly(kills, start);
    println!("{counts:?}");
    assert_eq!(counts.kills, kills);
    assert_eq!((counts.missing, counts.duplicated, counts.different), (0, 0, 0), "{counts:?}");
}

/// The kills that `CLOUDSMETS_KILLS` asks for, or a few.
fn kills() -> usize {
    let kills = std::env::var("CLOUDSMETS_KILLS").ok();
    kills.map_or(25, |kills| kills.parse().expect("CLOUDSMETS_KILLS is a number"))
}

/// `CLOUDSMETS_KILLS=1000 cargo test --release kill -- --nocapture` prints the counts.
#[test]
fn a_kill_loses_and_duplicates_nothing() {
    assert_nothing_is_lost_or_duplicated(kills(), HostWithStore::embedded);
}

#[cfg(feature = "azure")]
#[test]
fn a_kill_loses_and_duplicates_nothing_on_cosmos() {
    assert_nothing_is_lost_or_duplicated(kills(), HostWithStore::cosmos);
}
