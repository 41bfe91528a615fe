//! SIGKILL at any moment, then the same batch again: what was acknowledged is
//! there, and nothing is there twice.

use std::io;
use std::thread;
use std::time::Duration;

use crate::dialect::{Dialect, gas};
use crate::dice::Dice;
use crate::host::{Attempt, Batch, Event, FunctionsHost, Reply, acknowledged};

use super::ground::Ground;

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
    doubled: usize,
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
    Batch::of((n % 2) as u32, n as u64 * 100, events)
}

fn marker(n: usize) -> String {
    format!("marker {n} of the kill test")
}

fn times_stored(ground: &Ground, n: usize) -> usize {
    let marker = marker(n).into_bytes();
    ground.kept_aside().iter().filter(|body| **body == marker).count()
}

/// Sends a batch and kills the program somewhere in it: after a part of the
/// request, some time after the whole of it, or in the moment of the answer,
/// when a program that answers before it has written is caught.
fn send_and_kill(
    host: &mut FunctionsHost,
    batch: &Batch,
    retry: u32,
    dice: &mut Dice,
) -> io::Result<Reply> {
    let request = Attempt::Chunked(2_000).request(batch, retry);
    let mut connection = host.connect();
    let place = dice.below(4);
    let sent = if place == 0 { dice.below(request.len()) } else { request.len() };
    connection.write(&request[..sent])?;
    if place == 1 {
        let reply = connection.reply();
        host.program.kill();
        return reply;
    }
    let pause = if place == 0 { 0 } else { dice.below(LONGEST_PAUSE) };
    thread::sleep(Duration::from_micros(pause as u64));
    host.program.kill();
    connection.reply()
}

/// Kills and sends again, on a ground like the one that `start` makes.
fn kill_often(kills: usize, start: impl Fn() -> Ground) -> Counts {
    let mut dice = Dice(kills as u64);
    let mut counts = Counts::default();
    let mut ground = start();
    let mut n = 0;
    while counts.kills < kills {
        let batch = batch(n);
        let mut is_acknowledged = false;
        let mut retry = 0;
        // An attempt after a kill may be killed too.
        while !is_acknowledged && counts.kills < kills && (retry == 0 || dice.below(2) == 0) {
            let reply = send_and_kill(&mut ground.host, &batch, retry, &mut dice);
            counts.kills += 1;
            is_acknowledged = acknowledged(reply).is_some();
            let stored = times_stored(&ground, n);
            counts.missing += usize::from(is_acknowledged && stored == 0);
            counts.doubled += usize::from(stored > 1);
            counts.redelivered += usize::from(!is_acknowledged);
            ground.host.restart();
            retry += 1;
        }
        // What was acknowledged is never sent again: if it is lost, it is missed at the end.
        if !is_acknowledged {
            ground.host.deliver(&batch);
        }
        counts.acknowledged += 1;
        n += 1;
    }
    compare(ground, start(), n, &mut counts);
    counts
}

/// Holds what is stored against a run without kills.
fn compare(mut ground: Ground, mut control: Ground, batches: usize, counts: &mut Counts) {
    for n in 0..batches {
        control.host.deliver(&batch(n));
    }
    ground.host.program.kill();
    control.host.program.kill();
    let (found, expected) = (ground.documents(), control.documents());
    assert!(!expected.is_empty(), "the control has nothing");
    counts.missing += expected.keys().filter(|id| !found.contains_key(*id)).count();
    counts.different += expected.iter().filter(|(id, body)| found.get(*id) != Some(body)).count();
    counts.different += found.keys().filter(|id| !expected.contains_key(*id)).count();
    let (found, expected) = (ground.kept_aside().len(), control.kept_aside().len());
    counts.missing += expected.saturating_sub(found);
    counts.doubled += found.saturating_sub(expected);
}

fn hold(kills: usize, start: impl Fn() -> Ground) {
    let counts = kill_often(kills, start);
    println!("{counts:?}");
    assert_eq!(counts.kills, kills);
    assert_eq!((counts.missing, counts.doubled, counts.different), (0, 0, 0), "{counts:?}");
}

/// The kills that `CLOUDSMETS_KILLS` asks for, or a few.
fn kills() -> usize {
    let kills = std::env::var("CLOUDSMETS_KILLS").ok();
    kills.map_or(25, |kills| kills.parse().expect("CLOUDSMETS_KILLS is a number"))
}

/// `CLOUDSMETS_KILLS=1000 cargo test --release kill -- --nocapture` prints the counts.
#[test]
fn a_kill_loses_nothing_and_doubles_nothing() {
    hold(kills(), Ground::embedded);
}

#[cfg(feature = "azure")]
#[test]
fn a_kill_loses_nothing_and_doubles_nothing_on_cosmos() {
    hold(kills(), Ground::cosmos);
}
