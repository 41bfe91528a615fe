//! Reads arbitrary bytes as an envelope, and checks that any body survives a
//! round trip through one.

#![no_main]

use cloudsmets::domain::identity::DeviceId;
use cloudsmets::domain::units::Moment;
use cloudsmets::functions_host::{OutgoingEvent, read_events, write_envelope};
use cloudsmets::ingest::Body;
use libfuzzer_sys::fuzz_target;

/// 2026-01-02T03:04:05Z.
const ENQUEUED: Moment = Moment::from_unix(1_767_323_045);

fuzz_target!(|data: &[u8]| {
    for event in read_events(data).unwrap_or_default() {
        assert!(!event.position.is_empty(), "an event has no position");
    }
    let device = DeviceId::new("device-1").expect("a valid device id");
    let event =
        |sequence| OutgoingEvent { device: &device, enqueued: ENQUEUED, sequence, body: data };
    let composed = write_envelope("0", &[event(7), event(8)]).expect("an envelope");
    let events = read_events(&composed).expect("an envelope of this program");
    assert_eq!(events.len(), 2);
    for event in events {
        assert_eq!(event.body, Body::Bytes(data.to_vec()));
        assert_eq!(event.device.as_deref(), Some(device.as_str()));
        assert_eq!(event.enqueued, Some(ENQUEUED));
    }
});
