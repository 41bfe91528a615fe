//! Tests the frames of an update of the Telink chip with golden frames, one on each line of the file.

use cloudsmets_protocol::zbhci::{
    Acknowledgement, AcknowledgementStatus, EncodeError, Frame, UPDATE_BLOCK_LENGTH, UpdateCommand,
    UpdateEvent, UpdateStatus,
};
use proptest::prelude::*;

const SIZE: u32 = 207_424;

fn golden() -> Vec<Vec<u8>> {
    let line = |line: &str| {
        let digits: Vec<u32> = line.chars().filter_map(|digit| digit.to_digit(16)).collect();
        digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
    };
    include_str!("golden/zbhci-update.hex").lines().map(line).collect()
}

fn written(encode: impl FnOnce(&mut [u8]) -> Result<usize, EncodeError>) -> Vec<u8> {
    let mut out = [0; 300];
    let length = encode(&mut out);
    assert!(length.is_ok(), "{length:?}");
    out[..length.unwrap_or(0)].to_vec()
}

#[test]
fn golden_commands_round_trip() {
    let golden = golden();
    let data: Vec<u8> = (0x28..0x50).collect();
    let block = UpdateCommand::Block { offset: 40, data: &data };
    for (bytes, command) in [(&golden[0], UpdateCommand::Start { size: SIZE }), (&golden[4], block)]
    {
        assert_eq!(UpdateCommand::parse(&Frame::parse(bytes).unwrap()), Some(command));
        assert_eq!(&written(|out| command.encode(out)), bytes);
    }
}

#[test]
fn golden_events_round_trip() {
    let golden = golden();
    let status = UpdateStatus::Success;
    let started = UpdateEvent::Started { address: 0x4_0000, size: SIZE, offset: 0, status };
    let request = UpdateEvent::BlockRequest { offset: 40, length: UPDATE_BLOCK_LENGTH };
    let ended = UpdateEvent::Ended { size: SIZE, offset: SIZE, status };
    for (bytes, event) in [(&golden[2], started), (&golden[3], request), (&golden[5], ended)] {
        assert_eq!(UpdateEvent::parse(&Frame::parse(bytes).unwrap()), Some(event));
        assert_eq!(&written(|out| event.encode(out)), bytes);
    }
}

#[test]
fn the_golden_acknowledgement_round_trips() {
    let golden = &golden()[1];
    let acknowledgement =
        Acknowledgement { command: 0x0210, status: AcknowledgementStatus::Queued };
    assert_eq!(Acknowledgement::parse(&Frame::parse(golden).unwrap()), Some(acknowledgement));
    assert_eq!(&written(|out| acknowledgement.encode(out)), golden);
}

#[test]
fn each_status_byte_round_trips() {
    for byte in 0..=u8::MAX {
        assert_eq!(u8::from(UpdateStatus::from(byte)), byte);
        assert_eq!(u8::from(AcknowledgementStatus::from(byte)), byte);
    }
}

#[test]
fn payloads_of_another_length_are_refused() {
    for bytes in golden() {
        let frame = Frame::parse(&bytes).unwrap();
        let longer = [frame.payload, &[0]].concat();
        for payload in [&frame.payload[..frame.payload.len() - 1], &longer, &[]] {
            let frame = Frame { command: frame.command, payload };
            assert_eq!(UpdateCommand::parse(&frame), None, "{frame:?}");
            assert_eq!(UpdateEvent::parse(&frame), None, "{frame:?}");
            assert_eq!(Acknowledgement::parse(&frame), None, "{frame:?}");
        }
    }
}

#[test]
fn a_block_that_does_not_fit_its_length_byte_is_an_error() {
    let block = UpdateCommand::Block { offset: 0, data: &[0; 256] };
    assert_eq!(block.encode(&mut [0; 300]), Err(EncodeError::PayloadTooLong(256)));
    let block = UpdateCommand::Block { offset: 0, data: &[0; 40] };
    assert_eq!(block.encode(&mut [0; 52]), Err(EncodeError::BufferFull));
    assert_eq!(block.encode(&mut [0; 53]), Ok(53));
}

proptest! {
    #[test]
    fn what_is_parsed_is_written_unchanged(
        (command, length) in prop::sample::select(vec![(0x8210, 13), (0x8211, 5), (0x8212, 9)]),
        bytes: [u8; 13],
    ) {
        let frame = Frame { command, payload: &bytes[..length] };
        let event = UpdateEvent::parse(&frame).unwrap();
        prop_assert_eq!(written(|out| event.encode(out)), written(|out| frame.encode(out)));
    }
}
