//! A bad entry in a metadata array concerns its own event only.

use serde_json::json;

use super::HALF_HOUR;
use crate::dialect::Dialect;
use crate::host::{Batch, Event, FunctionsHost, dead_letters, interpret_reply, post};

const PROPERTIES: &str = r#"{"iothub-connection-device-id":"dev-1"}"#;

/// Delivers events with one member of the metadata replaced. The host would
/// retry for ever if the reply were not a success.
fn deliver(host: &FunctionsHost, batch: &Batch, member: &str, entries: &[&str]) {
    let array = format!("[{}]", entries.join(","));
    let body = batch.body_with(&batch.events_member(), &[(member, &array)], Some(0));
    let reply = host.connect().round_trip(&post("/mqtt-receiver", &body)).unwrap();
    assert!(interpret_reply(&reply).is_ok(), "{member}: {}", reply.text());
}

fn readings(count: usize) -> Batch {
    let reading = |n: usize| Dialect::V2.event("ignored", HALF_HOUR + n as i64, 7_000 + n as u64);
    Batch::new((0..count).map(reading).collect())
}

#[test]
fn malformed_system_properties_dead_letter_their_own_event_only() {
    let bad = [
        r#"{"iothub-connection-device-id":2000012345678}"#,
        r#"{"iothub-connection-device-id":{"hush":1}}"#,
        "2000012345678",
        r#""hush""#,
        r#"[["hush"]]"#,
        r#"{"iothub-connection-device-id":"hush","iothub-connection-device-id":"hush"}"#,
        r#"{"iothub-connection-device-id":"hush","iothub-message-source":7}"#,
        r#"{"iothub-connection-device-id":"hush","EnqueuedTimeUtc":1,"EnqueuedTimeUtc":2}"#,
    ];
    let mut entries = bad.to_vec();
    entries.insert(3, PROPERTIES);
    let batch = readings(entries.len());
    let host = FunctionsHost::start_with(&[("RUST_LOG", "trace")]);
    deliver(&host, &batch, "SystemPropertiesArray", &entries);
    assert_eq!(host.data("homes").as_array().unwrap().len(), 1);
    assert_eq!(host.data("homes/dev-1/live")["electricity"]["import_wh"], 7_003);
    let log = host.program.stdout();
    assert!(!log.contains("hush") && !log.contains("2000012345678"), "{log}");
    let letters = dead_letters(host.stop().path());
    let others = batch.events.iter().enumerate().filter(|(index, _)| *index != 3);
    let expected: Vec<_> =
        others.map(|(index, event)| (format!("0/{}", 41 + index), event.body.clone())).collect();
    assert_eq!(letters.len(), expected.len());
    for (letter, (position, body)) in letters.iter().zip(expected) {
        assert!(letter.id.starts_with(&format!("{position}/")), "{}", letter.id);
        assert_eq!((&letter.device, &letter.body), (&None, &body));
        assert!(letter.reason.contains("properties"), "{}", letter.reason);
        let quotes = letter.reason.contains("hush") || letter.reason.contains("2000012345678");
        assert!(!quotes, "{}", letter.reason);
    }
}

#[test]
fn other_members_of_the_system_properties_may_have_any_value() {
    let nest = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let entry = format!(
        r#"{{"x":1,"x":{nest},"iothub-enqueuedtime":{{"a":1}},"SequenceNumber":[1],"iothub-connection-device-id":"dev-1","EnqueuedTimeUtc":{nest}}}"#
    );
    let host = FunctionsHost::start();
    deliver(&host, &readings(1), "SystemPropertiesArray", &[&entry]);
    assert_eq!(host.data("homes/dev-1/live")["electricity"]["import_wh"], 7_000);
    assert_eq!(dead_letters(host.stop().path()), []);
}

#[test]
fn a_bad_sequence_number_or_time_is_unknown() {
    let bad = [r#""never""#, "1e400", "[1]", r#"{"a":1}"#, "true", "18446744073709551616", "null"];
    let rubbish = |n: usize| Event::new("dev-1", HALF_HOUR, format!("rubbish {n}"));
    let events: Vec<_> = (0..bad.len()).map(rubbish).collect();
    let host = FunctionsHost::start();
    for member in ["SequenceNumberArray", "EnqueuedTimeUtcArray"] {
        deliver(&host, &Batch::new(events.clone()), member, &bad);
    }
    let letters = dead_letters(host.stop().path());
    // Both are also in the system properties, so the second delivery stores nothing new.
    assert_eq!(letters.len(), bad.len());
    for (n, letter) in letters.iter().enumerate() {
        assert!(letter.id.starts_with(&format!("0/{}/", 41 + n)), "{}", letter.id);
        assert_eq!(letter.enqueued.map(|at| at.unix()), Some(HALF_HOUR));
    }
}

#[test]
fn a_position_that_no_member_gives_is_unknown() {
    let batch = Batch::new(vec![Event::new("dev-1", HALF_HOUR, "rubbish")]);
    let replacements = [
        ("SequenceNumberArray", "[\"x\"]"),
        ("EnqueuedTimeUtcArray", "[17]"),
        ("SystemPropertiesArray", "[{\"iothub-connection-device-id\":\"dev-1\"}]"),
    ];
    let body = batch.body_with(&batch.events_member(), &replacements, Some(0));
    let host = FunctionsHost::start();
    let reply = host.connect().round_trip(&post("/mqtt-receiver", &body)).unwrap();
    let answer = interpret_reply(&reply).unwrap();
    assert_eq!(answer["ReturnValue"]["rejected"], json!(1));
    let letters = dead_letters(host.stop().path());
    assert!(letters[0].id.starts_with("0/?/"), "{}", letters[0].id);
    assert_eq!(letters[0].enqueued, None);
}
