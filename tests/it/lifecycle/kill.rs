//! Sends SIGKILL at any moment and delivers the same batch again. Every acknowledged batch must be
//! stored, and no event may be stored twice.

use std::io;
use std::thread;
use std::time::Duration;

use crate::dialect::{Dialect, gas};
use crate::host::{Batch, Event, Framing, FunctionsHost, Reply, acknowledged};
use crate::seeded_random::SeededRandom;

use super::host_with_store::HostWithStore;

/// The number of events in a batch, without its marker.
const EVENTS: i64 = 20;

/// The longest pause between the end of a request and the kill, in microseconds. It is about the
/// time that the program needs for a batch, so that kills hit before, during and after the write.
const LONGEST_PAUSE: usize = if cfg!(debug_assertions) { 8_000 } else { 2_000 };

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    kills: usize,
    /// Batches that were acknowledged in the end; each counts once.
    acknowledged: usize,
    /// Batches that were sent again because the kill prevented the reply.
    redelivered: usize,
    /// Items that were acknowledged but are not stored.
    missing: usize,
    /// Items that are stored more than once.
    duplicated: usize,
    /// Documents that differ from those of a run without kills.
    different: usize,
}

/// Returns batch `n`. No other batch has its half-hours, and one unreadable event marks it.
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

/// Sends a batch and kills the program: after a part of the request, some time after the whole
/// request, or as soon as the reply arrives. The last case catches a program that replies before
/// it has written the batch.
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

/// Kills the program and sends the batch again until there were `kills` kills. `start` creates
/// the host and its store.
fn kill_repeatedly(kills: usize, start: impl Fn() -> HostWithStore) -> Counts {
    let mut random = SeededRandom(kills as u64);
    let mut counts = Counts::default();
    let mut subject = start();
    let mut n = 0;
    while counts.kills < kills {
        let batch = batch(n);
        let mut is_acknowledged = false;
        let mut retry = 0;
        // An attempt that follows a kill may also be killed.
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
        // An acknowledged batch is never sent again, so that the final comparison finds a loss.
        if !is_acknowledged {
            subject.host.deliver(&batch);
        }
        counts.acknowledged += 1;
        n += 1;
    }
    compare_with_control(subject, start(), n, &mut counts);
    counts
}

/// Compares the stored data with that of a run without kills.
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
    assert!(!expected.is_empty(), "the control run stored nothing");
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

/// Returns the number of kills: `CLOUDSMETS_KILLS`, or 25.
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
