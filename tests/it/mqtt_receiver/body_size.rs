//! Large bodies: the largest batch that `host.json` permits is accepted, and no
//! body makes the program use a multiple of its memory.

use std::fs;

use super::HALF_HOUR;
use crate::dialect::Dialect;
use crate::host::{Batch, Event, FunctionsHost, interpret_reply, post};

/// The largest message of a device, in bytes, application properties included
/// (Microsoft Learn, "IoT Hub quotas and throttling").
const LARGEST_MESSAGE: usize = 256 * 1024;

/// The limit of the receiver's body, in bytes.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// A body of the limit's size takes this much memory at most: the chunks as
/// they arrive, the whole body, one decoded string, and the program itself.
const MEMORY_LIMIT: usize = 4 * BODY_LIMIT;

fn max_event_batch_size() -> usize {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/host.json");
    let host: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let size = host["extensions"]["eventHubs"]["maxEventBatchSize"].as_u64().unwrap();
    usize::try_from(size).unwrap()
}

#[test]
fn the_largest_batch_with_the_longest_properties_is_accepted() {
    // Control characters become longest: they are escaped in the array and again in its string.
    let value = r"\u0001".repeat(LARGEST_MESSAGE - 1024);
    let reading = |n: usize| Event {
        properties: format!(r#"{{"p":"{value}"}}"#),
        ..Dialect::V2.event("dev-1", HALF_HOUR + n as i64, 7_000 + n as u64)
    };
    let count = max_event_batch_size();
    let batch = Batch::new((0..count).map(reading).collect());
    let host = FunctionsHost::start();
    let reply = host.connect().round_trip(&post("/mqtt-receiver", &batch.body(Some(0)))).unwrap();
    assert!(interpret_reply(&reply).is_ok(), "{count} events: {}", reply.text());
    let last = 7_000 + count - 1;
    assert_eq!(host.data("homes/dev-1/live")["electricity"]["import_wh"], last);
}

/// The largest resident memory of a process so far, in bytes.
#[cfg(target_os = "linux")]
fn peak_memory(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[test]
fn a_body_of_millions_of_entries_is_read_in_bounded_memory() {
    let batch = Batch::new(vec![Dialect::V2.event("dev-1", HALF_HOUR, 7_000)]);
    let events = batch.events_member();
    let ones = format!("[1{}]", ",1".repeat(BODY_LIMIT / 2 - 8 * 1024));
    let time =
        format!(r#"[{{"iothub-connection-device-id":"dev-1","iothub-enqueuedtime":{ones}}}]"#);
    let with = |member, content: &str| batch.body_with(&events, &[(member, content)], Some(0));
    let bodies = [
        ("events", 400, batch.body_with(&ones, &[], Some(0))),
        ("properties", 400, with("SystemPropertiesArray", &ones)),
        ("a time", 200, with("SystemPropertiesArray", &time)),
    ];
    for (name, status, body) in bodies {
        assert!(body.len() > BODY_LIMIT - 64 * 1024 && body.len() <= BODY_LIMIT, "{name}");
        let mut host = FunctionsHost::start();
        let reply = host.connect().round_trip(&post("/mqtt-receiver", &body)).unwrap();
        assert_eq!(reply.status, status, "{name}: {}", reply.text());
        let peak = peak_memory(host.program.id());
        println!("{name}: {} MB", peak >> 20);
        assert!(peak < MEMORY_LIMIT, "{name}: {} MB", peak >> 20);
        host.assert_alive();
    }
}
