//! Tests ZBHCI frames, the stream reader and attributes with golden frames and noise.

use core::num::NonZeroU8;

use cloudsmets_protocol::zbhci::{
    Attribute, AttributeError, AttributeMessage, AttributeStatus, EncodeError, FRAME_OVERHEAD,
    Frame, FrameError, MessageHeader, MessageKind, Reader,
};
use cloudsmets_protocol::zigbee::{Value, ValueError};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::examples::{
    EXAMPLE_HEADER, READ_RESPONSE, REPORT, REPORT_HEADER, example_attributes, report_attributes,
    success,
};

#[path = "examples/zbhci.rs"]
mod examples;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

fn frame_bytes(command: u16, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0; payload.len() + FRAME_OVERHEAD];
    assert_eq!(Frame { command, payload }.encode(&mut out), Ok(out.len()));
    out
}

#[test]
fn the_golden_read_response_round_trips() {
    let golden = bytes(READ_RESPONSE);
    let frame = Frame::parse(&golden).unwrap();
    assert_eq!((frame.command, frame.payload.len()), (0x8100, 0x21));
    let response = AttributeMessage::parse(&frame).unwrap();
    assert_eq!(response.header, EXAMPLE_HEADER);
    assert_eq!(response.attributes().collect::<Vec<_>>(), example_attributes());

    let mut out = [0; 64];
    let length = EXAMPLE_HEADER.encode(&example_attributes(), &mut out).unwrap();
    assert_eq!(out[..length], golden);
    assert_eq!(frame.encode(&mut out), Ok(golden.len()));
    assert_eq!(out[..golden.len()], golden);
}

#[test]
fn the_golden_report_has_no_status_bytes() {
    let golden = bytes(REPORT);
    let frame = Frame::parse(&golden).unwrap();
    let report = AttributeMessage::parse(&frame).unwrap();
    assert_eq!(report.header, REPORT_HEADER);
    assert_eq!(report.attributes().collect::<Vec<_>>(), report_attributes());

    let mut out = [0; 64];
    let length = REPORT_HEADER.encode(&report_attributes(), &mut out).unwrap();
    assert_eq!(out[..length], golden);
}

#[test]
fn each_kind_of_invalid_frame_has_its_own_error() {
    let golden = bytes(READ_RESPONSE);
    let short = |needed, given| Err(FrameError::TooShort { needed, given });
    assert_eq!(Frame::parse(&[]), short(7, 0));
    assert_eq!(Frame::parse(&golden[..6]), short(0x28, 6));
    assert_eq!(Frame::parse(&golden[..0x27]), short(0x28, 0x27));

    let changed = |index: usize, byte: u8| {
        let mut frame = golden.clone();
        frame[index] = byte;
        Frame::parse(&frame).map(|frame| frame.command).unwrap_err()
    };
    assert_eq!(changed(0, 0x54), FrameError::WrongStart(0x54));
    assert_eq!(changed(0x27, 0xAB), FrameError::WrongEnd(0xAB));
    assert_eq!(changed(5, 0x05), FrameError::ChecksumMismatch { declared: 5, computed: 4 });
    assert_eq!(changed(2, 0x01), FrameError::ChecksumMismatch { declared: 4, computed: 5 });
    assert_eq!(changed(4, 0x20), FrameError::TrailingBytes(1));

    let mut longer = golden.clone();
    longer.extend([1, 2]);
    assert_eq!(Frame::parse(&longer), Err(FrameError::TrailingBytes(2)));
}

#[test]
fn a_frame_that_does_not_fit_its_buffer_is_an_error() {
    let frame = Frame { command: 0x8045, payload: &[7] };
    assert_eq!(frame.encode(&mut [0; 8]), Ok(8));
    assert_eq!(frame.encode(&mut [0; 7]), Err(EncodeError::BufferFull));
    let long = Frame { command: 0, payload: &[0; 65_536] };
    assert_eq!(long.encode(&mut [0; 70_000]), Err(EncodeError::PayloadTooLong(65_536)));

    let golden = bytes(READ_RESPONSE);
    for size in 0..golden.len() {
        let mut out = vec![0; size];
        assert_eq!(
            EXAMPLE_HEADER.encode(&example_attributes(), &mut out),
            Err(EncodeError::BufferFull),
            "{size}"
        );
    }
    assert_eq!(EXAMPLE_HEADER.encode(&example_attributes(), &mut [0; 0x28]), Ok(0x28));
}

fn attribute_error(command: u16, payload: &str) -> AttributeError {
    let payload = bytes(payload);
    let payload = payload.as_slice();
    match AttributeMessage::parse(&Frame { command, payload }) {
        Ok(response) => panic!("read as {response:?}"),
        Err(error) => error,
    }
}

#[test]
fn each_kind_of_invalid_attribute_list_has_its_own_error() {
    const HEAD: &str = "0001 05 01 98 0702";
    let error = |rest: &str| attribute_error(0x8100, &format!("{HEAD}{rest}"));
    let too_short = |needed, given| ValueError::TooShort { needed, given };
    assert_eq!(attribute_error(0x8101, HEAD), AttributeError::UnexpectedCommand(0x8101));
    assert_eq!(error(""), AttributeError::HeaderTooShort(7));
    assert_eq!(error("01"), AttributeError::TooFew { declared: 1, found: 0 });
    assert_eq!(error("03 0000 86 0001 86"), AttributeError::TooFew { declared: 3, found: 2 });
    assert_eq!(error("01 0000 86 0001 86"), AttributeError::TrailingBytes(3));
    assert_eq!(error("00 00"), AttributeError::TrailingBytes(1));
    assert_eq!(error("01 00"), AttributeError::Truncated(0));
    assert_eq!(error("02 0000 86 0001"), AttributeError::Truncated(1));
    assert_eq!(error("01 0000 00"), AttributeError::Truncated(0));
    assert_eq!(
        error("01 0000 00 25 0102030405"),
        AttributeError::Value { id: 0, error: too_short(6, 5) }
    );
    assert_eq!(
        error("01 0206 00 42 05 48656C6C"),
        AttributeError::Value { id: 0x0206, error: too_short(5, 4) }
    );
    assert_eq!(
        error("01 0001 00 48 00"),
        AttributeError::Value { id: 1, error: ValueError::UnsupportedType(0x48) }
    );
}

#[test]
fn a_status_replaces_the_value_of_an_attribute() {
    let status = AttributeStatus(NonZeroU8::new(0x86).unwrap());
    let attributes =
        [Attribute { id: 0x0001, value: Err(status) }, success(0x0014, Value::Enum8(2))];
    let mut out = [0; 64];
    let length = EXAMPLE_HEADER.encode(&attributes, &mut out).unwrap();
    let frame = Frame::parse(&out[..length]).unwrap();
    assert_eq!(frame.payload[7..], [2, 0, 1, 0x86, 0, 0x14, 0, 0x30, 2]);
    let response = AttributeMessage::parse(&frame).unwrap();
    assert_eq!(response.attributes().collect::<Vec<_>>(), attributes);

    let report = MessageHeader { kind: MessageKind::Report, ..EXAMPLE_HEADER };
    assert_eq!(report.encode(&attributes, &mut out), Err(EncodeError::StatusInReport(1)));
    let wide = [success(5, Value::Unsigned { width: 1, value: 256 })];
    assert_eq!(EXAMPLE_HEADER.encode(&wide, &mut out), Err(EncodeError::UnencodableValue(5)));
    let many = [success(5, Value::NoData); 256];
    assert_eq!(EXAMPLE_HEADER.encode(&many, &mut out), Err(EncodeError::TooManyAttributes(256)));
}

/// All frames of a stream that arrives in pieces, including those after the silence at its end.
fn read_all(pieces: &[&[u8]]) -> Vec<(u16, Vec<u8>)> {
    let mut reader = Reader::<64>::default();
    let mut found = Vec::new();
    for piece in pieces {
        let mut received = *piece;
        while let Some(frame) = reader.next_frame(&mut received) {
            found.push((frame.command, frame.payload.to_vec()));
        }
        assert!(received.is_empty());
    }
    while let Some(frame) = reader.next_frame_after_silence() {
        found.push((frame.command, frame.payload.to_vec()));
    }
    found
}

/// The frames that [`Reader`] must find, by trying every position.
fn find_frames_exhaustively(stream: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < stream.len() {
        let longest = (start + 64).min(stream.len());
        let frame = (start + FRAME_OVERHEAD..=longest).find_map(|end| {
            let frame = Frame::parse(&stream[start..end]).ok()?;
            Some((end, (frame.command, frame.payload.to_vec())))
        });
        start = match frame {
            Some((end, frame)) => {
                found.push(frame);
                end
            }
            None => start + 1,
        };
    }
    found
}

#[test]
fn the_reader_drops_a_false_start_as_noise() {
    let golden = bytes(READ_RESPONSE);
    // A 55 with a length that exceeds the buffer is dropped at once, without silence.
    let mut stream = vec![0x55, 0x55, 0xAA, 0xFF, 0xFF];
    stream.extend(&golden);
    let mut reader = Reader::<64>::new();
    let mut received = stream.as_slice();
    assert_eq!(reader.next_frame(&mut received).map(|frame| frame.command), Some(0x8100));
    assert_eq!(reader.dropped(), 5);

    // A 55 with a length that fits waits for more bytes, and silence releases the real frame.
    let mut stream = vec![0x55, 0x00, 0x00, 0x00, 0x30];
    stream.extend(&golden);
    let mut reader = Reader::<64>::new();
    let mut received = stream.as_slice();
    assert_eq!(reader.next_frame(&mut received), None);
    assert!(received.is_empty());
    assert_eq!(reader.next_frame_after_silence().map(|frame| frame.command), Some(0x8100));
    assert_eq!(reader.next_frame_after_silence(), None);
    assert_eq!(reader.dropped(), 5);
}

#[test]
fn the_reader_finds_a_frame_after_a_damaged_one() {
    let golden = bytes(READ_RESPONSE);
    let mut damaged = golden.clone();
    damaged[20] ^= 1;
    let stream = [damaged, golden.clone(), golden].concat();
    assert_eq!(read_all(&[&stream]).len(), 2);
}

#[test]
fn the_smallest_reader_reads_the_smallest_frame() {
    let frame = frame_bytes(0x8000, &[]);
    let mut reader = Reader::<FRAME_OVERHEAD>::new();
    let stream = [&[0x55, 0x55][..], &frame, &frame].concat();
    let mut received = stream.as_slice();
    for _ in 0..2 {
        assert_eq!(reader.next_frame(&mut received).map(|frame| frame.command), Some(0x8000));
    }
    assert_eq!(reader.next_frame(&mut received), None);
}

/// Bytes in which the start and end bytes of frames are frequent.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![Just(0x55), Just(0xAA), Just(0), any::<u8>()], 0..40)
}

fn noise_without_start_bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>().prop_filter("no start", |byte| *byte != 0x55), 0..40)
}

fn split_into_chunks(stream: &[u8], size: usize) -> Vec<&[u8]> {
    stream.chunks(size).collect()
}

fn value() -> impl Strategy<Value = (u8, Vec<u8>)> {
    let fixed = (prop_oneof![0x08_u8..=0x0F, 0x18_u8..=0x2F], vec(any::<u8>(), 8))
        .prop_map(|(data_type, bytes)| (data_type, bytes[..=usize::from(data_type & 7)].to_vec()));
    let text = (0x41_u8..=0x42, vec(any::<u8>(), 0..20))
        .prop_map(|(data_type, text)| (data_type, [vec![text.len() as u8], text].concat()));
    let long = (0x43_u8..=0x44, vec(any::<u8>(), 0..20))
        .prop_map(|(data_type, text)| (data_type, [vec![0, text.len() as u8], text].concat()));
    let other = (
        prop::sample::select(vec![
            (0x31_u8, 2),
            (0x38, 2),
            (0xE2, 4),
            (0xF0, 8),
            (0xF1, 16),
            (0xFF, 0),
        ]),
        vec(any::<u8>(), 16),
    )
        .prop_map(|((data_type, length), bytes)| (data_type, bytes[..length].to_vec()));
    prop_oneof![fixed, text, long, other]
}

proptest! {
    #[test]
    fn frames_round_trip(command: u16, payload in vec(any::<u8>(), 0..300)) {
        let written = frame_bytes(command, &payload);
        prop_assert_eq!(Frame::parse(&written), Ok(Frame { command, payload: &payload }));
    }

    #[test]
    fn parsing_never_panics(bytes in vec(any::<u8>(), 0..100), report: bool) {
        let _ = Frame::parse(&bytes);
        let command = if report { 0x8104 } else { 0x8100 };
        if let Ok(response) = AttributeMessage::parse(&Frame { command, payload: &bytes }) {
            prop_assert_eq!(response.attributes().count(), usize::from(bytes[7]));
        }
    }

    #[test]
    fn the_reader_finds_every_frame_between_noise_in_chunks_of_any_size(
        parts in vec((noise_without_start_bytes(), vec(any::<u8>(), 0..57)), 1..6),
        size in 1_usize..80,
    ) {
        let mut stream = Vec::new();
        let mut sent = Vec::new();
        for (index, (noise, payload)) in parts.into_iter().enumerate() {
            stream.extend(noise);
            stream.extend(frame_bytes(index as u16, &payload));
            sent.push((index as u16, payload));
        }
        prop_assert_eq!(read_all(&split_into_chunks(&stream, size)), sent);
    }

    #[test]
    fn the_reader_finds_the_same_frames_as_an_exhaustive_search(
        parts in vec((noise(), vec(any::<u8>(), 0..57)), 0..5),
        tail in noise(),
        size in 1_usize..80,
    ) {
        let mut stream = Vec::new();
        for (noise, payload) in parts {
            stream.extend(noise);
            stream.extend(frame_bytes(0x8100, &payload));
        }
        stream.extend(tail);
        prop_assert_eq!(read_all(&split_into_chunks(&stream, size)), find_frames_exhaustively(&stream));
    }

    #[test]
    fn attributes_round_trip(
        values in vec((any::<u16>(), value(), any::<u8>()), 0..8),
        report: bool,
    ) {
        let mut payload = vec![0x1A, 0x2B, 1, 2, 3, 0x07, 0x02, values.len() as u8];
        for (id, (data_type, bytes), status) in values {
            payload.extend(id.to_be_bytes());
            if !report {
                payload.push(status % 2);
            }
            if report || status % 2 == 0 {
                payload.push(data_type);
                payload.extend(bytes);
            }
        }
        let command = if report { 0x8104 } else { 0x8100 };
        let frame = Frame { command, payload: &payload };
        let response = AttributeMessage::parse(&frame).unwrap();
        let attributes: Vec<_> = response.attributes().collect();
        let mut out = [0; 512];
        let length = response.header.encode(&attributes, &mut out).unwrap();
        prop_assert_eq!(Frame::parse(&out[..length]), Ok(frame));
    }
}
