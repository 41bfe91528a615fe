//! ZBHCI frames: alone, in a stream that arrives in chunks of any size, and their attributes.

#![no_main]

use cloudsmets_protocol::zbhci::{AttributeMessage, FRAME_OVERHEAD, Frame, Reader};
use libfuzzer_sys::fuzz_target;

/// The size of the buffer of the Telink chip.
const CHIP_BUFFER_SIZE: usize = 128;

fuzz_target!(|data: &[u8]| {
    check_frame(data);
    for command in [0x8100, 0x8104] {
        check_attributes(&Frame { command, payload: data });
    }
    if let Some((chunk_size, stream)) = data.split_first() {
        check_stream(stream, usize::from(*chunk_size).max(1));
    }
});

fn check_frame(data: &[u8]) {
    let Ok(frame) = Frame::parse(data) else { return };
    assert_eq!(encode(&frame), data, "a frame survives parsing and encoding");
    check_attributes(&frame);
}

fn check_attributes(frame: &Frame<'_>) {
    let Ok(response) = AttributeMessage::parse(frame) else { return };
    let attributes: Vec<_> = response.attributes().collect();
    for attribute in &attributes {
        let _ = attribute.value.map(|value| value.is_invalid());
    }
    // A value that cannot be encoded is an error and never gives another frame.
    let mut out = vec![0; frame.payload.len() + FRAME_OVERHEAD];
    if let Ok(length) = response.header.encode(&attributes, &mut out) {
        let again = Frame::parse(&out[..length]).expect("a frame that was just written");
        let response = AttributeMessage::parse(&again).expect("its attributes");
        assert!(response.attributes().eq(attributes), "attributes survive encoding and parsing");
    }
}

fn check_stream(stream: &[u8], chunk_size: usize) {
    let mut reader = Reader::<CHIP_BUFFER_SIZE>::new();
    let mut in_frames = 0;
    for mut received in stream.chunks(chunk_size) {
        while let Some(frame) = reader.next_frame(&mut received) {
            in_frames += encode(&frame).len();
        }
        assert!(received.is_empty(), "the reader consumes all input");
    }
    while let Some(frame) = reader.next_frame_after_silence() {
        in_frames += encode(&frame).len();
    }
    let dropped = usize::try_from(reader.dropped()).expect("a count of bytes");
    assert_eq!(in_frames + dropped, stream.len(), "every byte is in a frame or counted as dropped");
}

fn encode(frame: &Frame<'_>) -> Vec<u8> {
    let mut out = vec![0; frame.payload.len() + FRAME_OVERHEAD];
    let length = frame.encode(&mut out).expect("room for a frame that was read");
    assert_eq!(length, out.len(), "the length of the frame is correct");
    out
}
