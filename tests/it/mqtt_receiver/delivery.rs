//! Delivery at least once, out of order, from several partitions and in any framing.

use std::thread;

use super::HALF_HOUR;
use crate::dialect::{Dialect, gas};
use crate::host::{
    Batch, Documents, Event, Framing, FunctionsHost, dead_letters, documents, interpret_reply,
};
use crate::seeded_random::SeededRandom;

/// Three days of three devices in all dialects across the end of summer time,
/// with two or three messages in each half-hour and an occasional bad event.
fn mixed_events() -> Vec<Event> {
    // 2026-10-23T22:01:00Z
    let start = 1_792_792_860;
    let mut events = Vec::new();
    for n in 0..384_i64 {
        let (at, step) = (start + n * 700, n.unsigned_abs());
        for (index, device) in ["a", "b", "c"].into_iter().enumerate() {
            let dialect = Dialect::ALL[(n as usize / 100 + index) % 4];
            events.push(dialect.event(device, at, 1_000_000 * (index as u64 + 1) + 73 * step));
        }
        events.push(gas("b", at, 500_000 + 20 * (step / 3)));
        if n % 32 == 3 {
            events.push(Event::new("a", at, format!("rubbish {n}")));
        }
    }
    events
}

fn batches(events: &[Event], partition: u32, size: usize) -> Vec<Batch> {
    let chunks = events.chunks(size).enumerate();
    chunks
        .map(|(n, chunk)| Batch::in_partition(partition, (n * size) as u64, chunk.to_vec()))
        .collect()
}

/// The stored data after each batch is delivered once, in order.
fn expected_data(batches: &[Batch]) -> (Documents, usize) {
    let host = FunctionsHost::start();
    let mut connection = host.connect();
    for batch in batches {
        host.deliver_over(&mut connection, batch, Framing::Chunked(4_096));
    }
    stop_and_read_store(host)
}

fn stop_and_read_store(host: FunctionsHost) -> (Documents, usize) {
    let data = host.stop();
    let documents = documents(data.path());
    assert!(!documents.is_empty());
    (documents, dead_letters(data.path()).len())
}

#[test]
fn an_empty_batch_is_acknowledged_with_a_body() {
    let host = FunctionsHost::start();
    let answer = host.deliver(&Batch::new(Vec::new()));
    assert!(answer["Logs"].is_array(), "{answer}");
    assert!(documents(host.stop().path()).is_empty());
}

#[test]
fn redelivering_an_invocation_changes_nothing() {
    let batches = batches(&mixed_events(), 0, 100);
    let expected = expected_data(&batches);
    let host = FunctionsHost::start();
    let mut connection = host.connect();
    for batch in &batches {
        for retry in [0, 1, 2, 17] {
            let reply =
                connection.round_trip(&Framing::Chunked(9_000).request(batch, retry)).unwrap();
            assert!(interpret_reply(&reply).is_ok(), "{}", reply.text());
        }
    }
    assert_eq!(stop_and_read_store(host), expected);
}

#[test]
fn reordered_and_duplicated_batches_store_the_same_bytes() {
    let events = mixed_events();
    let (expected, letters) = expected_data(&batches(&events, 0, 100));
    assert_eq!(letters, 12);
    let mut random = SeededRandom(7);
    for size in [1_usize, 13, 400] {
        let mut all = batches(&events, 0, size);
        all.extend(all.clone().into_iter().filter(|_| random.below(3) == 0));
        random.shuffle(&mut all);
        for batch in &mut all {
            random.shuffle(&mut batch.events);
        }
        let host = FunctionsHost::start();
        let mut connection = host.connect();
        for batch in &all {
            host.deliver_over(&mut connection, batch, Framing::ContentLength);
        }
        assert_same(&stop_and_read_store(host).0, &expected, size);
    }
}

fn assert_same(found: &Documents, expected: &Documents, size: usize) {
    let keys = |documents: &Documents| documents.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(found), keys(expected), "batches of {size}");
    for (id, body) in expected {
        let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
        assert_eq!(text(&found[id]), text(body), "{id:?}, batches of {size}");
    }
}

/// The host delivers each partition in order and several partitions concurrently.
#[test]
fn concurrent_partitions_store_the_same_as_sequential_ones() {
    let events = mixed_events();
    let (left, right): (Vec<_>, Vec<_>) =
        events.into_iter().enumerate().partition(|(index, _)| index % 2 == 0);
    let of = |part: Vec<(usize, Event)>, partition| {
        let events: Vec<_> = part.into_iter().map(|(_, event)| event).collect();
        batches(&events, partition, 10)
    };
    let partitions = [of(left, 0), of(right, 1)];
    let expected = expected_data(&partitions.concat());
    let host = FunctionsHost::start();
    thread::scope(|scope| {
        for batches in &partitions {
            let host = &host;
            scope.spawn(move || {
                let mut connection = host.connect();
                for batch in batches {
                    host.deliver_over(&mut connection, batch, Framing::Chunked(1_000));
                }
            });
        }
    });
    assert_eq!(stop_and_read_store(host), expected);
}

#[test]
fn every_request_framing_stores_the_same_data() {
    let batch = &batches(&mixed_events(), 0, 20)[0];
    let expected = expected_data(std::slice::from_ref(batch));
    let framings =
        [1, 7, 4_096, usize::MAX].map(Framing::Chunked).into_iter().chain([Framing::ContentLength]);
    for framing in framings {
        let host = FunctionsHost::start();
        host.deliver_over(&mut host.connect(), batch, framing);
        assert_eq!(stop_and_read_store(host), expected, "{framing:?}");
    }
}

#[test]
fn a_request_may_be_split_at_any_byte() {
    let batch = Batch::new(vec![Dialect::V2.event("dev-1", HALF_HOUR, 5_000)]);
    let expected = expected_data(std::slice::from_ref(&batch));
    let host = FunctionsHost::start();
    let mut random = SeededRandom(42);
    for round in 0..60 {
        let framing = if round % 2 == 0 { Framing::ContentLength } else { Framing::Chunked(700) };
        let request = framing.request(&batch, 0);
        let mut split_points: Vec<_> = (0..5).map(|_| random.below(request.len())).collect();
        // Always split inside the head and inside its last line end.
        let head = request.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
        split_points.extend([random.below(head), head + 2, request.len()]);
        split_points.sort_unstable();
        let mut connection = host.connect();
        let mut sent = 0;
        for split_point in split_points {
            connection.write(&request[sent..split_point]).unwrap();
            sent = split_point;
        }
        let reply = connection.reply().unwrap();
        assert!(interpret_reply(&reply).is_ok(), "round {round}: {}", reply.text());
    }
    assert_eq!(stop_and_read_store(host), expected);
}

/// The host may be killed during a request.
#[test]
fn an_incomplete_request_stores_nothing() {
    let batch = Batch::new(vec![Dialect::V2.event("dev-1", HALF_HOUR, 5_000)]);
    let mut host = FunctionsHost::start();
    for framing in [Framing::ContentLength, Framing::Chunked(100)] {
        let request = framing.request(&batch, 0);
        for part in [10, request.len() / 2, request.len() - 1] {
            let mut connection = host.connect();
            connection.write(&request[..part]).unwrap();
            connection.shut_down();
        }
    }
    host.assert_alive();
    assert!(documents(host.stop().path()).is_empty());
}
