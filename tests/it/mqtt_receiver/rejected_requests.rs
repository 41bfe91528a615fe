//! Bodies that are not the host's envelope, and bodies that are too large.

use std::io::Write;
use std::thread;

use super::HALF_HOUR;
use crate::dialect::Dialect;
use crate::host::{Batch, Event, FunctionsHost, Reply, dead_letters, documents, head, post};

const INVOCATION: (&str, &str) =
    ("X-Azure-Functions-InvocationId", "24ad4c06-24ad-4e5b-8294-3da9714877e9");

fn batch() -> Batch {
    let events = [1, 2, 3].map(|n| Dialect::V2.event("dev-1", HALF_HOUR + n, 5_000));
    Batch::new(events.into())
}

/// Posts bodies that must be rejected, and checks that nothing is stored or quoted.
fn assert_rejected(bodies: Vec<(&str, Vec<u8>)>) -> Vec<(String, Reply)> {
    let mut host = FunctionsHost::start();
    let mut replies = Vec::new();
    for (name, body) in bodies {
        let reply = host.connect().round_trip(&post("/mqtt-receiver", &body)).unwrap();
        assert_eq!(reply.status, 400, "{name}: {}", reply.text());
        let error = reply.json()["error"].as_str().unwrap_or_default().to_owned();
        assert!(error.len() > 10 && !error.contains("hush"), "{name} says {error:?}");
        replies.push((name.to_owned(), reply));
    }
    host.assert_alive();
    assert!(!host.program.stdout().contains("hush"), "{}", host.program.stdout());
    let data = host.stop();
    assert!(documents(data.path()).is_empty());
    assert_eq!(dead_letters(data.path()), []);
    replies
}

#[test]
fn a_body_that_is_not_a_host_envelope_is_rejected() {
    let whole = batch().body(Some(0));
    let text = String::from_utf8(whole.clone()).unwrap();
    let deeply_nested = |open: &str, close: &str| {
        format!("{}{}", open.repeat(100_000), close.repeat(100_000)).into_bytes()
    };
    let with_deep_nesting = |target: &str| {
        let nest = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(text.contains(target));
        text.replacen(target, &format!("{target}{nest},\"x\":"), 1).into_bytes()
    };
    assert_rejected(vec![
        ("empty", vec![]),
        ("blank", b"  \r\n".into()),
        ("text", b"hello".into()),
        ("null", b"null".into()),
        ("number", b"17".into()),
        ("object", b"{}".into()),
        ("a word for an object", b"{\"Data\":\"hush-hush\",\"Metadata\":{}}".into()),
        (
            "a word for an array",
            b"{\"Data\":{\"events\":\"\\\"hush-hush\\\"\"},\"Metadata\":{}}".into(),
        ),
        ("another function's", b"{\"Data\":{\"req\":{}},\"Metadata\":{}}".into()),
        ("events not in a string", b"{\"Data\":{\"events\":[]},\"Metadata\":{}}".into()),
        ("events no array", b"{\"Data\":{\"events\":\"{}\"},\"Metadata\":{}}".into()),
        ("an event alone", b"{\"Data\":{\"events\":\"eyJhIjoxfQ==\"},\"Metadata\":{}}".into()),
        ("events cut off", b"{\"Data\":{\"events\":\"[\\\"eyJh\"},\"Metadata\":{}}".into()),
        ("no metadata", b"{\"Data\":{\"events\":\"[]\"}}".into()),
        ("cut in half", whole[..whole.len() / 2].into()),
        ("cut at the end", whole[..whole.len() - 1].into()),
        ("two of them", [whole.clone(), whole.clone()].concat()),
        (
            "not UTF-8",
            text.replace("dev-1", "d\u{1}")
                .into_bytes()
                .into_iter()
                .map(|b| if b == 1 { 0xFF } else { b })
                .collect(),
        ),
        ("nested arrays", deeply_nested("[", "]")),
        ("nested arrays, open", "[".repeat(100_000).into_bytes()),
        ("nested objects", deeply_nested("{\"Data\":", "}")),
        ("nested in Data", with_deep_nesting("{\"Data\":")),
        ("nested in events", with_deep_nesting("{\"events\":")),
        ("nested in Metadata", with_deep_nesting("\"Metadata\":")),
        ("nested in the partition", with_deep_nesting("\"PartitionContext\":")),
    ]);
}

#[test]
fn metadata_arrays_of_the_wrong_length_are_rejected_by_name() {
    let batch = batch();
    let events = batch.events_member();
    let mut bodies = Vec::new();
    for member in ["SystemPropertiesArray", "SequenceNumberArray", "EnqueuedTimeUtcArray"] {
        for content in ["[]", "[null,null]", "[null,null,null,null]"] {
            bodies.push((member, batch.body_with(&events, &[(member, content)], Some(0))));
        }
    }
    for (member, reply) in assert_rejected(bodies) {
        let error = reply.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(&member), "{error}");
        assert!(error.contains('3'), "{error} does not say how many events there are");
    }
}

/// Sends a request that is too large for the program to read completely.
fn send_oversized(host: &FunctionsHost, head: Vec<u8>, piece: Vec<u8>) -> Reply {
    let mut connection = host.connect();
    let mut writer = connection.writer().unwrap();
    // The program replies before it has read everything and closes the
    // connection, after which writing fails.
    let sending = thread::spawn(move || {
        let _ = writer.write_all(&head);
        for _ in 0..100 {
            if writer.write_all(&piece).is_err() {
                break;
            }
        }
    });
    let reply = connection.reply().unwrap();
    connection.shut_down();
    sending.join().unwrap();
    reply
}

#[test]
fn a_body_of_a_hundred_megabytes_is_rejected() {
    let mut host = FunctionsHost::start();
    let megabyte = vec![b'['; 1024 * 1024];
    let length = (100 * megabyte.len()).to_string();
    let json = ("Content-Type", "application/json; charset=utf-8");
    let known = head("POST", "/mqtt-receiver", &[json, INVOCATION, ("Content-Length", &length)]);
    let reply = send_oversized(&host, known, megabyte.clone());
    assert_eq!(reply.status, 413, "{}", reply.text());
    host.assert_alive();

    let unknown =
        head("POST", "/mqtt-receiver", &[json, INVOCATION, ("Transfer-Encoding", "chunked")]);
    let chunk = [b"100000\r\n".to_vec(), megabyte, b"\r\n".to_vec()].concat();
    let reply = send_oversized(&host, unknown, chunk);
    assert_eq!(reply.status, 413, "{}", reply.text());
    host.assert_alive();
    host.deliver(&batch());
}

#[test]
fn only_post_to_the_exact_path_stores_readings() {
    let host = FunctionsHost::start();
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let body = batch().body(None);
        let length = body.len().to_string();
        let request = head(method, "/mqtt-receiver", &[("Content-Length", &length)]);
        let reply = host.connect().round_trip(&[request, body].concat()).unwrap();
        assert_eq!(reply.status, 405, "{method}");
    }
    for path in
        ["/MQTT-RECEIVER", "/mqtt-receiver/", "/api/mqtt-receiver", "/dashboard/mqtt-receiver"]
    {
        let request = String::from_utf8(post(path, &batch().body(None))).unwrap();
        let password = format!("\r\nAuthorization: {}\r\n", FunctionsHost::credentials());
        let request = request.replacen("\r\n", &password, 1);
        let reply = host.connect().round_trip(request.as_bytes()).unwrap();
        assert!(matches!(reply.status, 404 | 405), "{path}: {}", reply.status);
    }
    assert!(documents(host.stop().path()).is_empty());
}

/// A device controls the application properties of its messages.
#[test]
fn device_properties_cannot_break_the_envelope() {
    let nest = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let properties = [format!("{{\"x\":{nest}}}"), "{\"\\u0000\":\"\u{85}\u{2028}\"}".into()];
    let events = properties
        .map(|properties| Event { properties, ..Dialect::V2.event("dev-1", HALF_HOUR, 5_000) });
    let host = FunctionsHost::start();
    host.deliver(&Batch::new(events.into()));
    assert_eq!(dead_letters(host.stop().path()), []);
}
