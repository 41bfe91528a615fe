use cloudsmets_protocol::zbhci::{
    Acknowledgement, Attribute, AttributeMessage, Frame, MessageHeader, Reader, UpdateCommand,
    UpdateEvent,
};
use heapless::Vec;

use crate::simulated_chip::Random;

#[path = "../../../protocol/tests/examples/zbhci.rs"]
mod examples;

const UPDATE: &str = include_str!("../../../protocol/tests/golden/zbhci-update.hex");

fn bytes(hex: &str) -> Vec<u8, 64> {
    let mut bytes = Vec::new();
    let mut digits = hex.chars().filter_map(|digit| digit.to_digit(16));
    while let (Some(high), Some(low)) = (digits.next(), digits.next()) {
        bytes.push((high * 16 + low) as u8).unwrap();
    }
    bytes
}

pub(super) fn attributes() {
    let response = examples::example_attributes();
    assert_round_trip(examples::READ_RESPONSE, &examples::EXAMPLE_HEADER, &response);
    let report = examples::report_attributes();
    assert_round_trip(examples::REPORT, &examples::REPORT_HEADER, &report);
}

fn assert_round_trip(hex: &str, header: &MessageHeader, attributes: &[Attribute<'_>]) {
    let golden = bytes(hex);
    let frame = Frame::parse(&golden).unwrap();
    let message = AttributeMessage::parse(&frame).unwrap();
    assert_eq!(&message.header, header);
    assert!(message.attributes().eq(attributes.iter().copied()));
    let mut out = [0; 64];
    let length = header.encode(attributes, &mut out).unwrap();
    assert_eq!(&out[..length], golden.as_slice());
}

pub(super) fn update_frames() {
    for line in UPDATE.lines() {
        let golden = bytes(line);
        let frame = Frame::parse(&golden).unwrap();
        let mut out = [0; 64];
        let length = if let Some(command) = UpdateCommand::parse(&frame) {
            command.encode(&mut out)
        } else if let Some(event) = UpdateEvent::parse(&frame) {
            event.encode(&mut out)
        } else {
            Acknowledgement::parse(&frame).unwrap().encode(&mut out)
        };
        assert_eq!(&out[..length.unwrap()], golden.as_slice());
    }
}

/// Noise without 55 cannot hide a frame, so each one must be found.
pub(super) fn frames_between_noise() {
    let golden = bytes(examples::READ_RESPONSE);
    let (mut reader, mut random) = (Reader::<128>::new(), Random::new(1));
    let mut noise = [0; 50];
    for _ in 0..100 {
        random.fill(&mut noise);
        noise.iter_mut().filter(|byte| **byte == 0x55).for_each(|byte| *byte = 0);
        let length = random.below(noise.len() as u64) as usize;
        assert_eq!(reader.next_frame(&mut &noise[..length]), None);
        let (start, end) = golden.split_at(random.below(golden.len() as u64) as usize);
        assert_eq!(reader.next_frame(&mut &*start), None);
        assert_eq!(reader.next_frame(&mut &*end), Frame::parse(&golden).ok());
    }
}
