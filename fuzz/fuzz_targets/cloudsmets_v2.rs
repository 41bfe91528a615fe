//! CloudSMETS JSON, version 2: what can be read is written and read again as the same.

#![no_main]

use cloudsmets_protocol::Envelope;
use cloudsmets_protocol::cloudsmets_v2::Message;
use libfuzzer_sys::fuzz_target;

/// More than the longest message has.
const BUFFER_SIZE: usize = 64 * 1024;

fuzz_target!(|data: &[u8]| {
    let Ok(message) = serde_json::from_slice::<Envelope<Message>>(data) else { return };
    let mut out = vec![0; BUFFER_SIZE];
    let length = message.encode(&mut out).expect("room for a message that was read");
    let again = serde_json::from_slice::<Envelope<Message>>(&out[..length]);
    assert_eq!(again.expect("a message that was just written"), message);
});
