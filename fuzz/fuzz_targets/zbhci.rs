//! ZBHCI frames: alone, in a stream however it is cut, and what is inside them.

#![no_main]

use cloudsmets_protocol::zbhci::{AttributeReadResponse, Frame, OVERHEAD, Reader};
use libfuzzer_sys::fuzz_target;

/// The Telink chip's own buffer.
const LARGEST: usize = 128;

fuzz_target!(|data: &[u8]| {
    whole(data);
    for command in [0x8100, 0x8104] {
        attributes(&Frame { command, payload: data });
    }
    if let Some((piece, stream)) = data.split_first() {
        stream_of(stream, usize::from(*piece).max(1));
    }
});

fn whole(data: &[u8]) {
    let Ok(frame) = Frame::parse(data) else { return };
    assert_eq!(encoded(&frame), data, "a frame is written as it was read");
    attributes(&frame);
}

fn attributes(frame: &Frame<'_>) {
    let Ok(response) = AttributeReadResponse::parse(frame) else { return };
    let attributes: Vec<_> = response.attributes().collect();
    for attribute in &attributes {
        let _ = attribute.outcome.map(|value| value.is_invalid());
    }
    // What a value cannot be written back as is an error, never another frame.
    let mut out = vec![0; frame.payload.len() + OVERHEAD];
    if let Ok(length) = response.header.encode(&attributes, &mut out) {
        let again = Frame::parse(&out[..length]).expect("a frame that was just written");
        let response = AttributeReadResponse::parse(&again).expect("its attributes");
        assert!(response.attributes().eq(attributes), "attributes are written as they were read");
    }
}

fn stream_of(stream: &[u8], piece: usize) {
    let mut reader = Reader::<LARGEST>::new();
    let mut in_frames = 0;
    for mut received in stream.chunks(piece) {
        while let Some(frame) = reader.next_frame(&mut received) {
            in_frames += encoded(&frame).len();
        }
        assert!(received.is_empty(), "the reader takes all that it is given");
    }
    while let Some(frame) = reader.next_frame_after_silence() {
        in_frames += encoded(&frame).len();
    }
    let dropped = usize::try_from(reader.dropped()).expect("a count of bytes");
    assert_eq!(in_frames + dropped, stream.len(), "every byte is in a frame or dropped");
}

fn encoded(frame: &Frame<'_>) -> Vec<u8> {
    let mut out = vec![0; frame.payload.len() + OVERHEAD];
    let length = frame.encode(&mut out).expect("room for a frame that was read");
    assert_eq!(length, out.len(), "a frame is as long as it says");
    out
}
