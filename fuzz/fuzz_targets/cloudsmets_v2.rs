//! CloudSMETS JSON, version 2: a decoded message survives encoding and decoding.

#![no_main]

use cloudsmets_protocol::Envelope;
use cloudsmets_protocol::cloudsmets_v2::Message;
use libfuzzer_sys::fuzz_target;

/// Larger than the longest message.
const BUFFER_SIZE: usize = 64 * 1024;

fuzz_target!(|data: &[u8]| {
    let Ok(message) = serde_json::from_slice::<Envelope<Message>>(data) else { return };
    let mut out = vec![0; BUFFER_SIZE];
    let length = message.encode(&mut out).expect("room for a message that was read");
    let again = serde_json::from_slice::<Envelope<Message>>(&out[..length]);
    assert_eq!(again.expect("a message that was just written"), message);
});
