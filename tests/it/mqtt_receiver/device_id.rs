//! Only the transport decides which home a message belongs to.

use serde_json::json;

use super::HALF_HOUR;
use crate::dialect::Dialect;
use crate::host::{Batch, Event, FunctionsHost, dead_letters, documents};

#[test]
fn payload_and_properties_cannot_choose_the_home() {
    let victim = r#""deviceId":"victim","iothub-connection-device-id":"victim","home":"victim","SystemProperties":{"iothub-connection-device-id":"victim"}"#;
    let inner = format!(
        "{{\"cloudsmets\":{{{victim},\"GUID\":\"victim\",\"v\":2,\"t\":{HALF_HOUR},\"elec\":{{\"imp\":[[0,5000]]}}}},{victim}}}"
    );
    let glow = format!(
        "{{{victim},\"electricitymeter\":{{\"timestamp\":\"2026-01-02T03:00:00Z\",\"energy\":{{\"import\":{{\"cumulative\":5.0,\"units\":\"kWh\",\"mpan\":\"victim\"}}}}}}}}"
    );
    let mut events = vec![
        Event::new("dev-1", HALF_HOUR, inner),
        Event::new("dev-1", HALF_HOUR, glow),
        Dialect::Zbhci.event("dev-1", HALF_HOUR, 5_000),
    ];
    for event in &mut events {
        event.properties = format!("{{{victim},\"n\":3}}");
    }
    let host = FunctionsHost::start();
    host.deliver(&Batch::new(events));
    let homes = host.data("homes");
    assert_eq!(homes.as_array().unwrap().len(), 1, "{homes}");
    assert_eq!(homes[0]["id"], "dev-1");
    assert_eq!(homes[0]["devices"], json!(["dev-1"]));
    assert_eq!(host.get("/dashboard/api/v1/homes/victim/live").status, 404);
    let stored = documents(host.stop().path());
    for ((partition, id), body) in stored {
        let text = format!("{partition} {id} {}", String::from_utf8_lossy(&body));
        assert!(!text.contains("victim"), "{text}");
    }
}

#[test]
fn an_event_without_a_device_id_is_dead_lettered() {
    let mut without_device = Dialect::V2.event("?", HALF_HOUR, 5_000);
    without_device.device = None;
    let body = without_device.body.clone();
    let host = FunctionsHost::start();
    let good = Dialect::V2.event("dev-1", HALF_HOUR, 5_000);
    host.deliver(&Batch::new(vec![without_device, good]));
    assert_eq!(host.data("homes").as_array().unwrap().len(), 1);
    let letters = dead_letters(host.stop().path());
    assert_eq!(letters.len(), 1);
    assert_eq!((&letters[0].device, &letters[0].body), (&None, &body));
    assert!(letters[0].reason.contains("device"), "{}", letters[0].reason);
}

#[test]
fn an_event_with_an_invalid_device_id_is_dead_lettered() {
    let host = FunctionsHost::start();
    let ids = ["", "..", "a/b", "a b", "caf\u{e9}", "a\u{2028}b", &"x".repeat(129)];
    let events = ids.iter().map(|id| Dialect::V1.event(id, HALF_HOUR, 5_000)).collect();
    host.deliver(&Batch::new(events));
    assert_eq!(host.data("homes"), json!([]));
    let letters = dead_letters(host.stop().path());
    let kept: Vec<_> = letters.iter().map(|letter| letter.device.as_deref().unwrap()).collect();
    assert_eq!(kept, ids);
}

/// The hub reports twin and device changes on the same endpoint. They are
/// neither telemetry nor errors.
#[test]
fn hub_messages_other_than_telemetry_are_ignored() {
    let sources = ["twinChangeEvents", "deviceLifecycleEvents", "deviceConnectionStateEvents"];
    let mut events = Vec::new();
    for source in sources {
        let twin = r#"{"version":3,"properties":{"reported":{"$version":2}}}"#;
        events.push(Event { source, ..Event::new("dev-1", HALF_HOUR, twin) });
        // Even a body that looks like a reading is ignored.
        events.push(Event { source, ..Dialect::V2.event("dev-1", HALF_HOUR, 9_000) });
    }
    let host = FunctionsHost::start();
    host.deliver(&Batch::new(events));
    assert_eq!(host.data("homes"), json!([]));
    let data = host.stop();
    assert_eq!(dead_letters(data.path()), []);
    assert!(documents(data.path()).is_empty());
}
