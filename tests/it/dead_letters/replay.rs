//! `dead-letters replay` ingests dead letters again and removes those that are
//! accepted.

use std::thread;

use super::{HALF_HOUR, database, run};
use crate::dialect::Dialect;
use crate::host::{Batch, Event, FunctionsHost, Program, dead_letters};
use crate::seeded_random::SeededRandom;

const DAMAGE: &str = "UPDATE documents SET body = CAST('{\"schema\":\"x\"}' AS BLOB)
                      WHERE partition = 'home:dev-1'";
/// The home's document is intact, so its days can be written again.
const REPAIR: &str = "DELETE FROM documents WHERE partition = 'home:dev-1'";

fn reading(n: u64) -> Event {
    Dialect::V2.event("dev-1", HALF_HOUR + 60 * n as i64, 5_000 + n)
}

/// A program with `count` readings of `dev-1` among its dead letters, and one
/// event that can never be read.
fn host_with_dead_letters(count: u64) -> FunctionsHost {
    let host = FunctionsHost::start();
    host.deliver(&Batch::in_partition(0, 1, vec![reading(0)]));
    assert!(database(host.data_dir()).execute(DAMAGE, []).unwrap() > 0);
    let mut events: Vec<_> = (1..=count).map(reading).collect();
    events.push(Event::new("dev-1", HALF_HOUR, "rubbish"));
    let answer = host.deliver(&Batch::in_partition(0, 2, events));
    assert_eq!(answer["ReturnValue"]["rejected"], count + 1, "{answer}");
    host
}

fn repair(host: &FunctionsHost) {
    assert!(database(host.data_dir()).execute(REPAIR, []).unwrap() > 0);
}

fn import_wh(host: &FunctionsHost) -> serde_json::Value {
    host.data("homes/dev-1/live")["electricity"]["import_wh"].clone()
}

#[test]
fn replay_accepts_what_can_be_read_now_and_keeps_the_rest() {
    let host = host_with_dead_letters(3);
    let list = run(&["list"], host.data_dir());
    assert_eq!(run(&[], host.data_dir()), list);
    assert_eq!(run(&["--limit", "2"], host.data_dir()).lines().count(), 4);
    // Nothing can be accepted yet.
    let output = run(&["replay"], host.data_dir());
    assert!(output.ends_with("0 accepted and removed, 4 kept, 0 with a new reason\n"), "{output}");
    assert_eq!(run(&["list"], host.data_dir()), list);

    repair(&host);
    // The rubbish was stored first.
    let output = run(&["replay", "--limit", "2"], host.data_dir());
    assert!(output.ends_with("1 accepted and removed, 1 kept, 0 with a new reason\n"), "{output}");
    assert_eq!(import_wh(&host), 5_001);
    let output = run(&["replay"], host.data_dir());
    assert!(output.contains("0/3/") && output.contains("accepted with 1 observations"), "{output}");
    assert!(output.ends_with("2 accepted and removed, 1 kept, 0 with a new reason\n"), "{output}");
    // The server sees the readings without a restart.
    assert_eq!(import_wh(&host), 5_003);
    let output = run(&["replay"], host.data_dir());
    assert!(output.ends_with("0 accepted and removed, 1 kept, 0 with a new reason\n"), "{output}");
    let letters = dead_letters(host.stop().path());
    assert_eq!(letters.iter().map(|letter| &letter.body[..]).collect::<Vec<_>>(), [b"rubbish"]);
}

#[test]
fn a_new_reason_is_stored() {
    let host = host_with_dead_letters(0);
    let reason = "UPDATE dead_letters SET reason = 'an older version did not know why'";
    assert_eq!(database(host.data_dir()).execute(reason, []).unwrap(), 1);
    let output = run(&["replay"], host.data_dir());
    assert!(output.ends_with("0 accepted and removed, 1 kept, 1 with a new reason\n"), "{output}");
    let letters = dead_letters(host.stop().path());
    assert!(letters[0].reason.contains("JSON"), "{}", letters[0].reason);
}

#[test]
fn a_body_that_was_not_base64_stays_a_dead_letter() {
    let host = FunctionsHost::start();
    let body = String::from_utf8(reading(1).body).unwrap();
    let batch = Batch::new(vec![reading(1)]);
    // The host delivers a reading as text instead of base64.
    let events = format!("[{}]", serde_json::to_string(&body).unwrap());
    let request = crate::host::post("/mqtt-receiver", &batch.body_with(&events, &[], Some(0)));
    assert_eq!(host.connect().round_trip(&request).unwrap().status, 200);
    let output = run(&["replay"], host.data_dir());
    assert!(output.ends_with("0 accepted and removed, 1 kept, 0 with a new reason\n"), "{output}");
    assert_eq!(host.data("homes"), serde_json::json!([]));
    let letters = dead_letters(host.stop().path());
    assert_eq!((letters[0].body.as_slice(), letters[0].is_decoded), (body.as_bytes(), false));
}

/// A reading is at any time in the store or among the dead letters.
#[test]
fn a_killed_replay_beside_a_running_server_loses_nothing() {
    const READINGS: u64 = 150;
    let host = host_with_dead_letters(READINGS);
    repair(&host);
    let data = host.data_dir();
    let settings = [("CLOUDSMETS_DATA_DIR", data.to_str().unwrap())];
    let mut random = SeededRandom(3);
    let left = || {
        let query = "SELECT count(*) FROM dead_letters";
        database(data).query_row(query, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    for n in 0..12 {
        let mut replay = Program::start(&["dead-letters", "replay"], &settings);
        // The server writes the same home at the same time.
        host.deliver(&Batch::in_partition(1, n, vec![reading(READINGS + 1 + n)]));
        thread::sleep(std::time::Duration::from_millis(random.below(60) as u64));
        replay.kill();
    }
    run(&["replay"], data);
    assert_eq!(left(), 1);
    let usage =
        host.data("homes/dev-1/usage?fuel=electricity&from=2026-01-02&to=2026-01-03&step=day");
    // All readings from 1 on: the first one was in a document that was repaired away.
    assert_eq!(usage["total"]["wh"], READINGS + 12 - 1);
    assert_eq!(import_wh(&host), 5_000 + READINGS + 12);
}
