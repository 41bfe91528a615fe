//! Tests version 1 of the JSON with golden bytes.

use cloudsmets_protocol::cloudsmets_v1::{Guid, MAX_REGISTERS, Message, Thousandths};
use cloudsmets_protocol::{BufferFull, Envelope};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::examples::{DECIMALS, DOCUMENTED, Registers, decimals, documented, registers};

#[path = "examples/cloudsmets_v1.rs"]
mod examples;

fn text(envelope: &Envelope<Message>) -> String {
    let mut out = [0; 4096];
    let length = envelope.encode(&mut out).unwrap_or(0);
    String::from_utf8_lossy(&out[..length]).into_owned()
}

fn content(json: &str) -> Result<Message, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn golden_payloads_round_trip() {
    for (golden, message) in [(DOCUMENTED, documented()), (DECIMALS, decimals())] {
        assert_eq!(serde_json::from_str::<Envelope<Message>>(golden).unwrap(), message);
        assert_eq!(text(&message), golden);
    }
}

#[test]
fn a_buffer_that_is_too_small_is_an_error() {
    for size in 0..DOCUMENTED.len() {
        assert_eq!(documented().encode(&mut vec![0; size]), Err(BufferFull), "{size}");
    }
    assert_eq!(documented().encode(&mut [0; 200]), Ok(DOCUMENTED.len()));
    let inner = DOCUMENTED.len() - r#"{"cloudsmets":}"#.len();
    assert_eq!(documented().cloudsmets.encode(&mut [0; 200]), Ok(inner));
}

#[test]
fn only_the_time_is_required() {
    assert_eq!(content(r#"{"time":5}"#), Ok(Message::new(5)));
    assert_eq!(
        content(r#"{ "x" : {"y":[1]}, "electricity":null, "gas":[], "time" : 5 }"#),
        Ok(Message::new(5))
    );
    assert!(content("{}").unwrap_err().contains("missing field `time`"));
    for time in ["-1", "253402300800", "1.5", "null", "\"5\""] {
        assert!(content(&format!(r#"{{"time":{time}}}"#)).is_err(), "{time}");
    }
    assert!(content(r#"{"time":253402300799}"#).is_ok());
}

#[test]
fn an_invalid_guid_does_not_invalidate_the_reading() {
    for guid in [
        "null",
        "1",
        "-1",
        "1.5",
        "true",
        "[1,[2]]",
        r#"{"a":{"b":1}}"#,
        "\"\"",
        r#""a\"\u00e9b""#,
        r#""00-11-22-33-44-55-66""#,
        r#""00-11-22-33-44-55-66-77-88""#,
        r#""00-11-22-33-44-55-66-+7""#,
    ] {
        let message = content(&format!(r#"{{"GUID":{guid},"time":5}}"#));
        assert_eq!(message, Ok(Message::new(5)), "{guid}");
    }
    let escaped = content(r#"{"GUID":"\u0061b-CD-22-33-44-55-66-77","time":5}"#).unwrap();
    assert_eq!(escaped.guid, Some(Guid([0xAB, 0xCD, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77])));
}

#[test]
fn decimals_are_rounded_to_thousandths() {
    let read = |number: &str| {
        content(&format!(r#"{{"time":5,"gas":[{number}]}}"#))
            .map(|message| message.gas[0].map(|register| register.0))
    };
    assert_eq!(read("null"), Ok(None));
    for (number, thousandths) in [
        ("0", 0),
        ("-0", 0),
        ("1234", 1_234_000),
        ("18446744073709551", 18_446_744_073_709_551_000),
        ("0.0004999", 0),
        ("0.0005001", 1),
        ("1.2345678", 1_235),
        ("1.5e3", 1_500_000),
        ("66589.570", 66_589_570),
        ("1125899906842.623", (1 << 50) - 1),
        ("1125899906842.6234", (1 << 50) - 1),
    ] {
        assert_eq!(read(number), Ok(Some(thousandths)), "{number}");
    }
    for (number, why) in [
        ("-1", "the register -1 is negative"),
        ("-0.001", "the register -0.001 is negative"),
        ("18446744073709552", "the register 18446744073709552 is too large"),
        ("1125899906842.6236", "is too large"), // rounded, it could be written but not read again
        ("1125899906842.624", "is too large"),
        ("1e300", "is too large"),
        ("\"1\"", "a register, a number from 0"),
        ("true", "a register, a number from 0"),
    ] {
        let error = read(number).unwrap_err();
        assert!(error.contains(why), "{number}: {error}");
    }
}

#[test]
fn more_than_48_registers_are_rejected() {
    let rows =
        |count: usize| format!(r#"{{"time":5,"electricity":[{}]}}"#, vec!["1"; count].join(","));
    assert_eq!(content(&rows(48)).unwrap().electricity.len(), 48);
    assert!(content(&rows(49)).is_err());
}

#[test]
fn a_version_2_message_is_rejected_as_version_1() {
    let golden = include_str!("golden/cloudsmets-v2.json");
    assert!(serde_json::from_str::<Envelope<Message>>(golden).is_err());
}

fn some_registers() -> impl Strategy<Value = Registers> {
    vec(prop::option::of(0_u64..1 << 50), 0..=MAX_REGISTERS).prop_map(registers)
}

proptest! {
    #[test]
    fn every_decimal_decodes_exactly(thousandths in prop_oneof![0_u64..1 << 50, (1_u64 << 50) - 9999..1 << 50]) {
        let value = Thousandths(thousandths);
        let read = |number: &str| serde_json::from_str::<Thousandths>(number).ok();
        prop_assert_eq!(read(&value.to_string()), Some(value));
        let padded = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        prop_assert_eq!(read(&padded), Some(value));
        let bare = padded.trim_end_matches('0').trim_end_matches('.');
        prop_assert_eq!(bare, value.to_string());
    }

    #[test]
    fn messages_round_trip(
        guid: Option<[u8; 8]>,
        time in 0_i64..=253_402_300_799,
        electricity in some_registers(),
        gas in some_registers(),
    ) {
        let message = Message { guid: guid.map(Guid), time, electricity, gas };
        let envelope = Envelope { cloudsmets: message };
        let read = serde_json::from_str::<Envelope<Message>>(&text(&envelope));
        prop_assert_eq!(read.ok(), Some(envelope));
    }

    #[test]
    fn decoding_never_panics(bytes in vec(any::<u8>(), 0..200), place in 0_usize..112, byte: u8) {
        let _ = serde_json::from_slice::<Envelope<Message>>(&bytes);
        let mut damaged = DOCUMENTED.as_bytes().to_vec();
        damaged[place] = byte;
        let _ = serde_json::from_slice::<Envelope<Message>>(&damaged);
    }
}
