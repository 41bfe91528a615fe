//! Tests version 2 of the JSON with golden bytes.

use cloudsmets_protocol::cloudsmets_v2::{
    Credit, Device, Electricity, Gas, MAX_READING, MAX_SAMPLES, Message, Price, Register,
    RegisterError, Sequence, Step,
};
use cloudsmets_protocol::{BufferFull, Envelope};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::examples::{FULL, GAPS, MINIMAL, complete_register, full, gaps, register};

#[path = "examples/cloudsmets_v2.rs"]
mod examples;

fn text(envelope: &Envelope<Message>) -> String {
    let mut out = vec![0; 20_000];
    let length = envelope.encode(&mut out).unwrap_or(0);
    String::from_utf8_lossy(&out[..length]).into_owned()
}

fn content(json: &str) -> Result<Message, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

fn imports(rows: &str) -> Result<Electricity, String> {
    let message = content(&format!(r#"{{"v":2,"t":5,"elec":{{"imp":{rows}}}}}"#))?;
    Ok(message.electricity.unwrap_or_default())
}

#[test]
fn golden_payloads_round_trip() {
    let minimal = Envelope { cloudsmets: Message::new(1_767_323_100) };
    for (golden, message) in [(FULL, full()), (MINIMAL, minimal), (GAPS, gaps())] {
        assert_eq!(serde_json::from_str::<Envelope<Message>>(golden).unwrap(), message);
        assert_eq!(text(&message), golden);
    }
}

#[test]
fn a_minute_of_samples_is_at_most_450_bytes() {
    let mut envelope = full();
    let message = &mut envelope.cloudsmets;
    message.sequence = Some(Sequence { boot: 12_345, message: 1_234_567 });
    let electricity = message.electricity.as_mut().unwrap();
    // Two tariff registers with large values, a fast import, an export, and prices of five digits.
    let rising = [98_765_432, 98_765_471, 98_765_510, 98_765_549, 98_765_588, 98_765_627];
    electricity.import = [complete_register(1, &rising), complete_register(2, &[87_654_321; 6])]
        .into_iter()
        .collect();
    electricity.export = [complete_register(0, &rising)].into_iter().collect();
    electricity.demand =
        [-10_432, -9_871, -10_001, 14_000, 13_999, 14_001].into_iter().map(Some).collect();
    message.device.as_mut().unwrap().firmware = heapless::String::try_from("1.15.0-dev12").ok();
    message.device.as_mut().unwrap().uptime = Some(31_536_000);
    let length = text(&envelope).len();
    assert!(length <= 450, "{length} bytes");
    let reread: Envelope<Message> = serde_json::from_str(&text(&envelope)).unwrap();
    assert_eq!(reread, envelope);
}

#[test]
fn a_buffer_that_is_too_small_is_an_error() {
    for size in 0..FULL.len() {
        assert_eq!(full().encode(&mut vec![0; size]), Err(BufferFull), "{size}");
    }
    assert_eq!(full().encode(&mut vec![0; FULL.len()]), Ok(FULL.len()));
    let inner = FULL.len() - r#"{"cloudsmets":}"#.len();
    assert_eq!(full().cloudsmets.encode(&mut [0; 500]), Ok(inner));
}

#[test]
fn only_the_version_and_the_time_are_required() {
    assert_eq!(content(r#"{"v":2,"t":5}"#), Ok(Message::new(5)));
    assert_eq!(
        content(r#"{"new":[{}],"t":5,"v":2,"seq":null,"elec":null,"gas":null,"dev":null}"#),
        Ok(Message::new(5))
    );
    assert!(content(r#"{"t":5}"#).unwrap_err().contains("missing field `v`"));
    assert!(content(r#"{"v":2}"#).unwrap_err().contains("missing field `t`"));
    let error = content(r#"{"v":3,"t":5}"#).unwrap_err();
    assert!(error.contains("the message is of version 3, not 2"), "{error}");
    let v1 = include_str!("golden/cloudsmets-v1.json");
    assert!(serde_json::from_str::<Envelope<Message>>(v1).is_err());
}

#[test]
fn samples_are_spaced_by_the_step() {
    assert_eq!(full().cloudsmets.sample_time(0), 1_767_323_100);
    assert_eq!(full().cloudsmets.sample_time(5), 1_767_323_150);
    assert_eq!(gaps().cloudsmets.sample_time(2), 1_767_326_700);
    assert_eq!(Message::new(i64::MAX).sample_time(usize::MAX), i64::MAX);
    for (step, seconds) in [
        ("1", Some(1)),
        ("3600", Some(3600)),
        ("0", None),
        ("3601", None),
        ("-1", None),
        ("1.5", None),
    ] {
        let read = content(&format!(r#"{{"v":2,"t":5,"step":{step}}}"#));
        assert_eq!(read.ok().map(|message| message.step.seconds()), seconds, "{step}");
    }
}

#[test]
fn increments_are_relative_to_the_last_known_reading() {
    let electricity = imports("[[1,null,700,null,-700,5],[0]]").unwrap();
    let rows: Vec<(u8, usize, Vec<_>)> = electricity
        .import
        .iter()
        .map(|row| (row.number(), row.len(), row.readings().collect()))
        .collect();
    assert_eq!(rows, [(1, 5, vec![(1, 700), (3, 0), (4, 5)]), (0, 0, vec![])]);
    assert!(electricity.import[1].is_empty());
}

#[test]
fn out_of_range_registers_and_readings_are_rejected() {
    let largest = format!("[[0,{MAX_READING}],[1,0,{MAX_READING},-{MAX_READING}]]");
    assert_eq!(imports(&largest).unwrap().import.len(), 2);
    for (rows, why) in [
        ("[[0,281474976710656]]", "the reading of sample 0 is not 0 to 281474976710655 Wh"),
        ("[[0,-1]]", "the reading of sample 0"),
        ("[[0,5,null,-6]]", "the reading of sample 2"),
        ("[[0,5,9223372036854775807]]", "the reading of sample 1"),
        ("[[0,null,-9223372036854775808]]", "the reading of sample 1"),
        ("[[0,9223372036854775808]]", "invalid value"),
        ("[[0,1.5]]", "invalid type"),
        ("[[49,5]]", "register 49 is not 0 to 48"),
        ("[[-1,5]]", "invalid value"),
        ("[[null,5]]", "invalid type"),
        ("[[]]", "invalid length 0"),
        ("[5]", "an array of a register's number"),
        ("[[1,5],[0,5],[1,6]]", "register 1 is there twice"),
    ] {
        let error = imports(rows).unwrap_err();
        assert!(error.contains(why), "{rows}: {error}");
    }

    let mut register = Register::new(0).unwrap();
    assert_eq!(register.push(Some(MAX_READING + 1)), Err(RegisterError::ReadingOutOfRange(0)));
    for _ in 0..MAX_SAMPLES {
        assert_eq!(register.push(None), Ok(()));
    }
    assert_eq!(register.push(Some(1)), Err(RegisterError::TooManyReadings));
    assert_eq!((register.len(), register.readings().count()), (64, 0));
    assert_eq!(Register::new(49), Err(RegisterError::InvalidNumber(49)));
}

#[test]
fn lists_above_their_maximum_length_are_rejected() {
    let list = |count: usize, item: &str| format!("[{}]", vec![item; count].join(","));
    let row = |samples: usize| format!("[[0,{}]]", vec!["1"; samples].join(","));
    assert_eq!(imports(&row(64)).unwrap().import[0].len(), 64);
    assert!(imports(&row(65)).unwrap_err().contains("more than 64 samples"));
    let rows = |count: usize| {
        format!("[{}]", (0..count).map(|n| format!("[{n},1]")).collect::<Vec<_>>().join(","))
    };
    assert_eq!(imports(&rows(8)).unwrap().import.len(), 8);
    assert!(imports(&rows(9)).is_err());
    let demand =
        |count| content(&format!(r#"{{"v":2,"t":5,"elec":{{"w":{}}}}}"#, list(count, "1")));
    assert!(demand(64).is_ok());
    assert!(demand(65).is_err());
    for (member, text) in
        [("price", "[1]"), ("price", "[1,2,3]"), ("credit", "[1,2]"), ("credit", "[1,2,3,4]")]
    {
        assert!(
            content(&format!(r#"{{"v":2,"t":5,"gas":{{"{member}":{text}}}}}"#)).is_err(),
            "{member} {text}"
        );
    }
}

#[test]
fn the_firmware_version_is_any_text_of_at_most_24_bytes() {
    let device = |text: &str| content(&format!(r#"{{"v":2,"t":5,"dev":{{"fw":"{text}"}}}}"#));
    assert!(device("4294967295.0.0-dev123456").is_ok());
    assert!(device("4294967295.0.0-dev1234567").is_err());
    let escaped = device(r#"a\"\\\n\u0001\u00e9"#).unwrap();
    let firmware = escaped.device.as_ref().and_then(|device| device.firmware.as_deref());
    assert_eq!(firmware, Some("a\"\\\n\u{1}\u{e9}"));
    let mut out = [0; 200];
    let length = escaped.encode(&mut out).unwrap();
    let written = str::from_utf8(&out[..length]).unwrap();
    assert!(written.ends_with("\"fw\":\"a\\\"\\\\\\u000a\\u0001\u{e9}\"}}"), "{written}");
    assert_eq!(content(written), Ok(escaped));
}

fn row() -> impl Strategy<Value = Vec<Option<u64>>> {
    let reading = prop_oneof![0_u64..=MAX_READING, 0_u64..20, Just(MAX_READING)];
    vec(prop::option::of(reading), 0..=MAX_SAMPLES)
}

fn rows() -> impl Strategy<Value = heapless::Vec<Register, 8>> {
    vec(row(), 0..=8).prop_map(|rows| {
        rows.iter().zip(0_u8..).map(|(readings, number)| register(number * 6, readings)).collect()
    })
}

fn price_and_credit() -> impl Strategy<Value = (Option<Price>, Option<Credit>)> {
    let price = any::<[Option<i64>; 2]>().prop_map(Price::from);
    let credit = any::<[Option<i64>; 3]>().prop_map(Credit::from);
    (prop::option::of(price), prop::option::of(credit))
}

fn electricity() -> impl Strategy<Value = Electricity> {
    let demand = vec(any::<Option<i32>>(), 0..=MAX_SAMPLES);
    (rows(), rows(), demand, price_and_credit()).prop_map(
        |(import, export, demand, (price, credit))| Electricity {
            import,
            export,
            demand: demand.into_iter().collect(),
            price,
            credit,
        },
    )
}

fn gas() -> impl Strategy<Value = Gas> {
    let time = prop::option::of(0_i64..=253_402_300_799);
    (time, any::<[Option<u64>; 2]>(), price_and_credit(), any::<[Option<u32>; 2]>()).prop_map(
        |(time, [litres, watt_hours], (price, credit), [calorific_value, conversion_factor])| Gas {
            time,
            litres,
            watt_hours,
            price,
            credit,
            calorific_value,
            conversion_factor,
        },
    )
}

fn device() -> impl Strategy<Value = Device> {
    let firmware = prop::option::of("[ -~\\n\"]{0,24}");
    (firmware, any::<(Option<i16>, Option<u8>, Option<u64>)>()).prop_map(
        |(firmware, (rssi, lqi, uptime))| {
            let firmware = firmware.and_then(|text| heapless::String::try_from(text.as_str()).ok());
            Device { firmware, rssi, lqi, uptime }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn messages_round_trip(
        sequence: Option<[u32; 2]>,
        time in 0_i64..=253_402_300_799,
        step in 1_u16..=3600,
        electricity in prop::option::of(electricity()),
        gas in prop::option::of(gas()),
        device in prop::option::of(device()),
    ) {
        let mut message = Message::new(time);
        message.sequence = sequence.map(Sequence::from);
        message.step = Step::new(step).unwrap();
        message.electricity = electricity;
        message.gas = gas;
        message.device = device;
        let envelope = Envelope { cloudsmets: message };
        let read = serde_json::from_str::<Envelope<Message>>(&text(&envelope));
        prop_assert_eq!(read.ok(), Some(envelope));
    }

    #[test]
    fn readings_are_the_running_sum_of_the_increments(first in 0_u64..1000, increments in vec(-20_i64..100, 0..60)) {
        let row: Vec<String> = increments.iter().map(|increment| format!(",{increment}")).collect();
        let mut sum = first.cast_signed();
        let sums: Vec<i64> = increments.iter().map(|increment| { sum += increment; sum }).collect();
        let read = imports(&format!("[[0,{first}{}]]", row.concat()));
        match read {
            Ok(electricity) => {
                let readings: Vec<_> = electricity.import[0].readings().collect();
                prop_assert_eq!(readings[0], (0, first));
                for ((index, reading), (sum, k)) in readings[1..].iter().zip(sums.iter().zip(1..)) {
                    prop_assert_eq!((*index, reading.cast_signed()), (k, *sum));
                }
                prop_assert_eq!(readings.len(), 1 + sums.len());
            }
            Err(_) => prop_assert!(sums.iter().any(|sum| *sum < 0)),
        }
    }

    #[test]
    fn decoding_never_panics(bytes in vec(any::<u8>(), 0..200), places in vec((0_usize..368, any::<u8>()), 1..4)) {
        let _ = serde_json::from_slice::<Envelope<Message>>(&bytes);
        let mut damaged = FULL.as_bytes().to_vec();
        for (place, byte) in places {
            if let Some(old) = damaged.get_mut(place) {
                *old = byte;
            }
        }
        let _ = serde_json::from_slice::<Envelope<Message>>(&damaged);
    }
}
