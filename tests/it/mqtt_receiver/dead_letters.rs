//! Bad events inside valid envelopes are dead-lettered with their reason and
//! bytes; the batch is acknowledged and the other events are stored.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::HALF_HOUR;
use crate::dialect::Dialect;
use crate::host::{Batch, Event, FunctionsHost, dead_letters, interpret_reply, post};

/// Deep enough to overflow the stack of a recursive parser.
const NESTING_DEPTH: usize = 100_000;

fn import_wh(host: &FunctionsHost, home: &str) -> serde_json::Value {
    host.data(&format!("homes/{home}/live"))["electricity"]["import_wh"].clone()
}

#[test]
fn a_body_that_is_not_base64_is_dead_lettered_and_the_others_are_stored() {
    let good = BASE64_STANDARD.encode(Dialect::V2.electricity(HALF_HOUR, 7_000));
    let bad = ["\"not base64!\"", "\"eyJhIjoxfQ\"", "17", "{\"a\":1}", "[\"x\"]"];
    let mut members = bad.map(str::to_owned).to_vec();
    members.insert(3, format!("\"{good}\""));
    let events = (0..6).map(|_| Event::new("dev-1", HALF_HOUR, "")).collect();
    let batch = Batch::new(events);
    let body = batch.body_with(&format!("[{}]", members.join(",")), &[], Some(0));
    let host = FunctionsHost::start();
    let reply = host.connect().round_trip(&post("/mqtt-receiver", &body)).unwrap();
    assert!(interpret_reply(&reply).is_ok(), "{}", reply.text());
    assert_eq!(import_wh(&host, "dev-1"), 7_000);
    let letters = dead_letters(host.stop().path());
    let kept: Vec<_> = letters.iter().map(|l| String::from_utf8_lossy(&l.body)).collect();
    assert_eq!(kept, bad.map(|text| text.trim_matches('"')));
    assert!(letters.iter().all(|letter| letter.reason.contains("base64")));
}

/// The letters of a bare `null` or `true` are valid base64, but it is not a string.
#[test]
fn a_body_that_is_not_a_string_is_not_decoded() {
    let batch = Batch::new(vec![Event::new("dev-1", HALF_HOUR, ""); 3]);
    let host = FunctionsHost::start();
    let body = batch.body_with("[null,true,1234]", &[], Some(0));
    let reply = host.connect().round_trip(&post("/mqtt-receiver", &body)).unwrap();
    assert!(interpret_reply(&reply).is_ok(), "{}", reply.text());
    let letters = dead_letters(host.stop().path());
    let kept: Vec<_> = letters.iter().map(|l| String::from_utf8_lossy(&l.body)).collect();
    assert_eq!(kept, ["null", "true", "1234"]);
}

#[test]
fn every_kind_of_malformed_body_is_dead_lettered() {
    let frame = Dialect::Zbhci.electricity(HALF_HOUR, 5_000);
    let mut flipped = frame.clone();
    flipped[20] ^= 1;
    let deeply_nested = |open: &str| open.repeat(NESTING_DEPTH);
    let bodies: Vec<Vec<u8>> = vec![
        b"".into(),
        b"   \n".into(),
        b"hello".into(),
        b"null".into(),
        b"{}".into(),
        b"[]".into(),
        b"{\"cloudsmets\":{\"v\":3,\"t\":1767322800}}".into(),
        b"{\"cloudsmets\":{\"v\":2,\"t\":\"now\"}}".into(),
        b"{\"cloudsmets\":{\"v\":2,\"t\":1767322800,\"elec\":{\"imp\":[[0,-5]]}}}".into(),
        b"{\"cloudsmets\":{\"v\":2".into(),
        vec![0xFF, 0xFE, 0x00, 0x01],
        flipped,
        frame[..frame.len() - 3].into(),
        deeply_nested("[").into_bytes(),
        format!("{}{}", deeply_nested("["), deeply_nested("]")).into_bytes(),
        deeply_nested("{\"a\":").into_bytes(),
        format!("{{\"cloudsmets\":{}{}}}", deeply_nested("["), deeply_nested("]")).into_bytes(),
        format!("{{\"elecMtr\":{}1{}}}", "{\"a\":".repeat(20_000), "}".repeat(20_000)).into_bytes(),
    ];
    let mut events: Vec<_> =
        bodies.iter().map(|body| Event::new("dev-1", HALF_HOUR, body.clone())).collect();
    events.push(Dialect::V1.event("dev-1", HALF_HOUR, 7_000));
    let mut host = FunctionsHost::start();
    host.deliver(&Batch::new(events));
    host.assert_alive();
    assert_eq!(import_wh(&host, "dev-1"), 7_000);
    let letters = dead_letters(host.stop().path());
    let kept: Vec<_> = letters.iter().map(|letter| &letter.body).collect();
    assert_eq!(kept, bodies.iter().collect::<Vec<_>>());
    assert!(letters.iter().all(|letter| !letter.reason.is_empty()));
    assert!(letters.iter().all(|letter| letter.reason.len() < 500), "a reason repeats the event");
}

/// More than the largest batch that Event Hubs delivers at once.
#[test]
fn a_batch_of_twenty_megabytes_is_accepted() {
    let rubbish = |index: usize| vec![b'a' + (index % 26) as u8; 150_000];
    let events = (0..100).map(|index| match index % 20 {
        7 => Dialect::V2.event("dev-1", HALF_HOUR + index as i64, 7_000 + index as u64),
        _ => Event::new("dev-2", HALF_HOUR, rubbish(index)),
    });
    let batch = Batch::new(events.collect());
    assert!(batch.body(None).len() > 18_000_000);
    let host = FunctionsHost::start();
    host.deliver(&batch);
    assert_eq!(import_wh(&host, "dev-1"), 7_087);
    let letters = dead_letters(host.stop().path());
    assert_eq!(letters.len(), 95);
    assert!(letters.iter().all(|letter| letter.body.len() == 150_000));
}

/// The reply's log lines go to Application Insights, so they contain positions
/// and reasons but no content, and their number is limited.
#[test]
fn the_reply_lists_positions_and_reasons_but_no_content() {
    let secrets = [
        r#"{"mpan":"2000012345678"}"#,
        r#"{"cloudsmets":"2000012345678"}"#,
        r#"{"cloudsmets":{"v":2,"t":"2000012345678"}}"#,
        r#"{"cloudsmets":{"v":2000012345678,"t":1767323100}}"#,
        r#"{"cloudsmets":{"time":1767323100,"electricity":["2000012345678"]}}"#,
        r#"{"electricitymeter":{"timestamp":"2000012345678"}}"#,
        r#"{"electricitymeter":{"timestamp":"2026-01-02T03:05:00Z","energy":{"import":{"cumulative":1,"units":"2000012345678"}}}}"#,
        r#""2000012345678""#,
    ];
    let events: Vec<_> =
        secrets.iter().cycle().take(98).map(|body| Event::new("dev-1", HALF_HOUR, *body)).collect();
    let dead_lettered = events.len();
    let host = FunctionsHost::start_with(&[("RUST_LOG", "trace")]);
    let answer = host.deliver(&Batch::in_partition(3, 500, events));
    assert_eq!(answer["ReturnValue"]["rejected"], dead_lettered, "{answer}");
    let logs = answer["Logs"].as_array().unwrap();
    assert!((2..60).contains(&logs.len()), "{}", logs.len());
    let text = answer.to_string();
    assert!(text.contains("3/500"), "{text}");
    assert!(!text.contains("2000012345678"), "{text}");
    let log = host.program.stdout();
    assert!(log.contains("event dead-lettered") && !log.contains("2000012345678"), "{log}");
    assert!(answer["Outputs"].is_object());
    assert!(
        !answer["ReturnValue"].is_string(),
        "the host decodes a string that happens to be base64"
    );
}
