//! Tests attribute values, their invalid values and units.

use cloudsmets_protocol::zigbee::{
    Text, TextType, UnencodableValue, Value, ValueError, ZIGBEE_EPOCH, cluster, demand_watts,
    scale_to_thousandths, utc_time_to_unix,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn decode_all(data_type: u8, bytes: &[u8]) -> Value<'_> {
    match Value::decode(data_type, bytes) {
        Ok((value, [])) => value,
        other => panic!("{data_type:02X} {bytes:02X?} reads as {other:?}"),
    }
}

#[test]
fn values_are_big_endian_and_have_the_width_of_their_type() {
    assert_eq!(decode_all(0x20, &[7]), Value::Unsigned { width: 1, value: 7 });
    assert_eq!(decode_all(0x22, &[1, 2, 3]), Value::Unsigned { width: 3, value: 0x01_0203 });
    assert_eq!(
        decode_all(0x27, &[1, 0, 0, 0, 0, 0, 0, 2]),
        Value::Unsigned { width: 8, value: 0x0100_0000_0000_0002 }
    );
    assert_eq!(decode_all(0x28, &[0xFF]), Value::Signed { width: 1, value: -1 });
    assert_eq!(decode_all(0x2A, &[0xFF, 0xFC, 0xEF]), Value::Signed { width: 3, value: -785 });
    assert_eq!(decode_all(0x2B, &[0, 0, 9, 0xF3]), Value::Signed { width: 4, value: 2547 });
    assert_eq!(decode_all(0x19, &[0x80, 1]), Value::Bitmap { width: 2, value: 0x8001 });
    assert_eq!(decode_all(0x08, &[9]), Value::Data { width: 1, value: 9 });
    assert_eq!(decode_all(0x10, &[1]), Value::Bool(Some(true)));
    assert_eq!(decode_all(0x31, &[1, 2]), Value::Enum16(0x0102));
    assert_eq!(decode_all(0xE2, &[0, 0, 0, 60]), Value::UtcTime(60));
    assert_eq!(
        decode_all(0x39, &[1, 2, 3, 4]),
        Value::Other { data_type: 0x39, bytes: &[1, 2, 3, 4] }
    );
    assert_eq!(
        Value::decode(0x21, &[1, 2, 3]),
        Ok((Value::Unsigned { width: 2, value: 0x0102 }, &[3][..]))
    );
    assert_eq!(Value::decode(0x25, &[1]), Err(ValueError::TooShort { needed: 6, given: 1 }));
    assert_eq!(Value::decode(0x4C, &[1]), Err(ValueError::UnsupportedType(0x4C)));
}

#[test]
fn values_that_a_type_reserves_are_invalid() {
    for (data_type, length) in
        [(0x20, 1), (0x22, 3), (0x25, 6), (0x27, 8), (0x30, 1), (0x31, 2), (0xE2, 4), (0x10, 1)]
    {
        let ones = vec![0xFF; length];
        assert!(decode_all(data_type, &ones).is_invalid(), "{data_type:02X}");
        let mut less = ones;
        less[length - 1] = if data_type == 0x10 { 1 } else { 0xFE };
        assert!(!decode_all(data_type, &less).is_invalid(), "{data_type:02X}");
    }
    for (data_type, length) in [(0x28, 1), (0x2A, 3), (0x2B, 4), (0x2F, 8)] {
        let mut bytes = vec![0; length];
        bytes[0] = 0x80;
        assert!(decode_all(data_type, &bytes).is_invalid(), "{data_type:02X}");
        bytes[length - 1] |= 1;
        assert!(!decode_all(data_type, &bytes).is_invalid(), "{data_type:02X}");
        assert!(!decode_all(data_type, &vec![0xFF; length]).is_invalid(), "-1 is a value");
    }
    assert_eq!(decode_all(0x2A, &[0x80, 0, 0]), Value::Signed { width: 3, value: -8_388_608 });
    assert!(!decode_all(0x18, &[0xFF]).is_invalid(), "a bitmap reserves nothing");
    assert!(decode_all(0xFF, &[]).is_invalid());
    assert!(decode_all(0x00, &[]).is_invalid());
}

#[test]
fn strings_are_length_prefixed() {
    let text = |text_type, bytes| Value::Text(Text { text_type, bytes });
    assert_eq!(decode_all(0x42, b"\x05Hello"), text(TextType::Characters, Some(b"Hello")));
    assert_eq!(decode_all(0x41, b"\x00"), text(TextType::Octets, Some(b"")));
    assert_eq!(decode_all(0x44, b"\x00\x05Hello"), text(TextType::LongCharacters, Some(b"Hello")));
    assert_eq!(decode_all(0x43, b"\xFF\xFF"), text(TextType::LongOctets, None));
    assert_eq!(Value::decode(0x42, b"\xFFHi"), Ok((text(TextType::Characters, None), &b"Hi"[..])));
    assert!(decode_all(0x42, b"\xFF").is_invalid());
    assert_eq!(Value::decode(0x44, b"\x00"), Err(ValueError::TooShort { needed: 2, given: 1 }));
    assert_eq!(
        Value::decode(0x44, b"\x00\x05Hell"),
        Err(ValueError::TooShort { needed: 5, given: 4 })
    );
}

#[test]
fn a_little_endian_length_of_a_long_string_is_accepted() {
    let text = Text { text_type: TextType::LongCharacters, bytes: Some(b"Hello") };
    assert_eq!(Value::decode(0x44, b"\x05\x00Hello!"), Ok((Value::Text(text), &b"!"[..])));
    // If both lengths fit, big-endian takes precedence.
    let mut both = vec![0x01, 0x00];
    both.extend([b'x'; 256]);
    assert_eq!(
        decode_all(0x43, &both),
        Value::Text(Text { text_type: TextType::LongOctets, bytes: Some(&both[2..]) })
    );
}

#[test]
fn a_value_that_does_not_fit_its_type_is_unencodable() {
    for value in [
        Value::Unsigned { width: 0, value: 0 },
        Value::Unsigned { width: 9, value: 0 },
        Value::Unsigned { width: 2, value: 65_536 },
        Value::Bitmap { width: 1, value: 256 },
        Value::Signed { width: 3, value: 8_388_608 },
        Value::Signed { width: 3, value: -8_388_609 },
        Value::Signed { width: 0, value: 0 },
        Value::Other { data_type: 0x20, bytes: &[0] },
        Value::Other { data_type: 0x39, bytes: &[0; 3] },
        Value::Other { data_type: 0x42, bytes: &[0] },
        Value::Text(Text { text_type: TextType::Octets, bytes: Some(&[0; 255]) }),
        Value::Text(Text { text_type: TextType::LongOctets, bytes: Some(&[0; 65_535]) }),
    ] {
        assert_eq!(value.data_type(), Err(UnencodableValue));
    }
    assert_eq!(Value::Signed { width: 3, value: 8_388_607 }.data_type(), Ok(0x2A));
    assert_eq!(Value::Signed { width: 8, value: i64::MIN }.data_type(), Ok(0x2F));
    assert_eq!(Value::Unsigned { width: 8, value: u64::MAX }.data_type(), Ok(0x27));
}

#[test]
fn registers_scale_to_thousandths() {
    assert_eq!(scale_to_thousandths(0x4D_64CC, 1, 1000), Some(5_072_076), "5072.076 kWh");
    assert_eq!(scale_to_thousandths(0x22_D37B, 1, 1000), Some(2_282_363), "2282.363 m3");
    assert_eq!(scale_to_thousandths(1, 1, 2000), Some(1), "half up");
    assert_eq!(scale_to_thousandths(1, 1, 2001), Some(0));
    assert_eq!(scale_to_thousandths(3, 1, 2000), Some(2), "half up");
    assert_eq!(scale_to_thousandths(1, 1, 3), Some(333));
    assert_eq!(scale_to_thousandths(2, 1, 3), Some(667));
    assert_eq!(scale_to_thousandths(1, 1, 0), None);
    assert_eq!(scale_to_thousandths(0, 0, 0), None);
    assert_eq!(scale_to_thousandths(u64::MAX, u32::MAX, 1), None);
    assert_eq!(scale_to_thousandths(u64::MAX, 1, 1000), Some(u64::MAX));
    assert_eq!(scale_to_thousandths(u64::MAX, u32::MAX, u32::MAX), None);
}

#[test]
fn demand_is_signed_in_24_or_32_bits() {
    assert_eq!(demand_watts(0x0000_09F3), Some(2547));
    assert_eq!(demand_watts(0xFFFF_FCEF), Some(-785));
    assert_eq!(demand_watts(0x00FF_FCEF), Some(-785));
    assert_eq!(demand_watts(0), Some(0));
    assert_eq!(demand_watts(0x007F_FFFF), Some(8_388_607));
    assert_eq!(demand_watts(0x0080_0001), Some(-8_388_607));
    for dropped in [0x0080_0000, 0xFF80_0000, 0x8000_0000, 0xFF7F_FFFF, 0x0100_0000] {
        assert_eq!(demand_watts(dropped), None, "{dropped:08X}");
    }
}

#[test]
fn zigbee_time_begins_in_2000() {
    assert_eq!(ZIGBEE_EPOCH, 946_684_800);
    assert_eq!(utc_time_to_unix(0), 946_684_800);
    assert_eq!(utc_time_to_unix(820_638_300), 1_767_323_100);
    assert_eq!(utc_time_to_unix(u32::MAX), 5_241_652_095);
}

#[test]
fn attribute_ids_have_names() {
    assert_eq!(cluster::metering::SUMMATION_DELIVERED, 0x0000);
    assert_eq!(cluster::metering::attribute_name(0x0400), Some("DEMAND"));
    assert_eq!(cluster::price::attribute_name(0x0304), Some("CALORIFIC_VALUE"));
    assert_eq!(cluster::prepayment::attribute_name(0x0005), Some("ACCUMULATED_DEBT"));
    assert_eq!(cluster::time::attribute_name(0x0001), None);
    assert!(cluster::is_metering(0x0702) && cluster::is_metering(0x0109));
    assert!(!cluster::is_metering(cluster::PRICE));
}

proptest! {
    #[test]
    fn decoding_never_panics_and_consumes_a_prefix(data_type: u8, bytes in vec(any::<u8>(), 0..40)) {
        if let Ok((value, rest)) = Value::decode(data_type, &bytes) {
            prop_assert!(bytes.ends_with(rest));
            let is_invalid_bool = matches!(value, Value::Bool(None));
            prop_assert!(is_invalid_bool || value.data_type() == Ok(data_type));
        }
    }

    #[test]
    fn scaling_by_one_thousandth_is_the_identity(raw: u64, multiplier in 1_u32..) {
        prop_assert_eq!(scale_to_thousandths(raw, 1, 1000), Some(raw));
        let error = |scaled: u64| {
            (u128::from(scaled) * u128::from(multiplier)).abs_diff(u128::from(raw) * 1000) * 2
        };
        if let Some(scaled) = scale_to_thousandths(raw, 1, multiplier) {
            prop_assert!(error(scaled) <= u128::from(multiplier), "at most half a unit off");
        }
    }

    #[test]
    fn demand_is_the_same_in_both_widths(watts in -8_388_607_i32..=8_388_607) {
        prop_assert_eq!(demand_watts(watts as u32), Some(watts));
        prop_assert_eq!(demand_watts(watts as u32 & 0x00FF_FFFF), Some(watts));
    }
}
