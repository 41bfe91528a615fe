//! Telemetry of every dialect: all observations can be stored.

#![no_main]

use cloudsmets::domain::decode::decode;
use cloudsmets::domain::observation::{LARGEST_REGISTER_VALUE, Observation};
use cloudsmets::domain::units::Moment;
use cloudsmets_protocol::zbhci::{FRAME_OVERHEAD, Frame};
use libfuzzer_sys::fuzz_target;

/// 2026-01-02T03:04:05Z.
const ENQUEUED: Moment = Moment::from_unix(1_767_323_045);
/// 9999-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_402_300_799;

fuzz_target!(|data: &[u8]| {
    check(data);
    // Random input rarely has a valid checksum, so add one to input that looks like a frame.
    if let [0x55, high, low, payload @ ..] = data {
        let command = u16::from_be_bytes([*high, *low]);
        let mut frame = vec![0; payload.len() + FRAME_OVERHEAD];
        if (Frame { command, payload }).encode(&mut frame).is_ok() {
            check(&frame);
        }
    }
});

fn check(event: &[u8]) {
    for enqueued in [None, Some(ENQUEUED)] {
        for observation in decode(event, enqueued).unwrap_or_default() {
            let at = observation.at().unix();
            assert!(
                (0..=LAST_SECOND).contains(&at),
                "{observation:?} is not between 1970 and 9999"
            );
            if let Observation::Register { value, .. } = observation {
                assert!(value <= LARGEST_REGISTER_VALUE, "{value} is too large for a register");
            }
        }
    }
}
