//! The host envelopes in `tests/fixtures/host`, computed from the description of the protocol.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::host::{Batch, Event, FunctionsHost, dead_letters, interpret_reply, post};

const MIXED: [&[u8]; 2] = [b"{\"t\":21.5,\"id\":\"a\"}", &[0xFF, 0xFE, 0x00, 0x01, 0x80]];

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/host").join(name)
}

/// The decoded bodies in `Data.events` of an envelope.
fn bodies(envelope: &[u8]) -> Vec<Vec<u8>> {
    let envelope: serde_json::Value = serde_json::from_slice(envelope).unwrap();
    let events = envelope["Data"]["events"].as_str().unwrap();
    let events: Vec<String> = serde_json::from_str(events).unwrap();
    events.iter().map(|event| BASE64_STANDARD.decode(event).unwrap()).collect()
}

#[test]
fn every_fixture_is_acknowledged_and_its_payloads_are_dead_lettered() {
    let mut seen = 0;
    for entry in fs::read_dir(fixture("")).unwrap() {
        let path = entry.unwrap().path();
        let envelope = fs::read(&path).unwrap();
        let host = FunctionsHost::start();
        let reply = host.connect().round_trip(&post("/mqtt-receiver", &envelope)).unwrap();
        assert!(interpret_reply(&reply).is_ok(), "{}: {}", path.display(), reply.text());
        assert_eq!(reply.status, 200);
        let data = host.stop();
        let kept: Vec<_> =
            dead_letters(data.path()).into_iter().map(|letter| letter.body).collect();
        assert_eq!(kept, bodies(&envelope), "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 4, "{seen} fixtures");
}

#[test]
fn the_mixed_fixture_leaves_two_dead_letters_with_reason_and_bytes() {
    let path = fixture("4-many-binary-mixed.json");
    let host = FunctionsHost::start();
    let reply =
        host.connect().round_trip(&post("/mqtt-receiver", &fs::read(path).unwrap())).unwrap();
    assert!(interpret_reply(&reply).is_ok(), "{}", reply.text());
    let data = host.stop();
    let letters = dead_letters(data.path());
    assert_eq!(letters.len(), 2);
    for ((letter, body), device) in letters.iter().zip(MIXED).zip(["dev-1", "dev-2"]) {
        assert_eq!(letter.body, body);
        assert_eq!(letter.device.as_deref(), Some(device));
        assert_eq!(letter.enqueued.unwrap().to_string(), "2026-01-02T03:04:05Z");
        assert!(letter.reason.len() > 10, "{:?}", letter.reason);
    }
    assert_ne!(letters[0].reason, letters[1].reason);
}

fn event(device: &str, properties: &str, body: &[u8]) -> Event {
    Event {
        enqueued: "2026-01-02T03:04:05.678".to_owned(),
        hub_enqueued: "2026-01-02T03:04:05.67Z".to_owned(),
        properties: properties.to_owned(),
        ..Event::new(device, 0, body)
    }
}

/// The other tests are only valid if the test double writes what the host writes.
#[test]
fn the_test_double_writes_the_same_bytes_as_the_host() {
    let cases = [
        (
            "4-many-binary-mixed.json",
            vec![event("dev-1", "{}", MIXED[0]), event("dev-2", "{}", MIXED[1])],
            None,
        ),
        ("5-many-empty.json", vec![], None),
        (
            "6-many-binary-iothub-props.json",
            vec![event("dev-1", "{\"schema\":\"v2\",\"n\":3}", MIXED[0])],
            None,
        ),
        (
            "9-many-binary-firstattempt-with-retry-policy.json",
            vec![event("dev-1", "{}", MIXED[0])],
            Some(0),
        ),
    ];
    for (name, events, retry) in cases {
        let batch = Batch { function: "ingest", ..Batch::new(events) };
        let written = String::from_utf8(batch.body(retry)).unwrap();
        let captured = fs::read_to_string(fixture(name)).unwrap();
        assert_eq!(written, captured.trim_end(), "{name}");
    }
}
