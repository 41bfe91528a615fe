//! The server's and the device's release versions accept the same texts and have the same order.

use cloudsmets::releases::ReleaseVersion;
use cloudsmets_protocol::release::Version as DeviceVersion;
use proptest::prelude::*;

/// Numbers at and near the limits of 32 and 64 bits, and texts that are not numbers of a version.
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "9",
    "10",
    "4294967295",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "00",
    "01",
    "+1",
    "-1",
    "",
    " 1",
    "1 ",
    "١",
    "1e3",
    "0x1",
    "1_0",
];

/// Texts that are similar to the suffix of a development release.
const SUFFIXES: &[&str] = &[
    "-", "-dev", "-Dev1", "-rc1", "-alpha", "-1", "+1", "-dev.1", "-dev-1", "--dev1", "dev1",
    "-dev1.0", "-dev1+1", "+dev1", "-dev1-", "-dev1 ", "-dev1\n", "-dév1", "-0", "-01", ".0",
];

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0..20_u32).prop_map(|number| number.to_string()),
        1 => any::<u32>().prop_map(|number| number.to_string()),
        1 => prop::sample::select(NUMBERS).prop_map(str::to_owned),
    ]
}

fn suffix() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        4 => number().prop_map(|number| format!("-dev{number}")),
        2 => prop::sample::select(SUFFIXES).prop_map(str::to_owned),
        1 => "[-+.a-z0-9]{0,6}",
    ]
}

fn version() -> impl Strategy<Value = String> {
    (number(), number(), number(), suffix())
        .prop_map(|(major, minor, patch, suffix)| format!("{major}.{minor}.{patch}{suffix}"))
}

/// Versions, versions with one character changed, and arbitrary texts.
fn text() -> impl Strategy<Value = String> {
    let edited = (version(), any::<prop::sample::Index>(), "[-+.dev0-9 \u{0}]?").prop_map(
        |(version, at, replacement)| {
            let mut characters: Vec<_> = version.chars().collect();
            let at = at.index(characters.len());
            characters.splice(at..=at, replacement.chars());
            characters.into_iter().collect()
        },
    );
    prop_oneof![8 => version(), 3 => edited, 1 => "[-+.dev0-9]{0,20}", 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_096) })]

    #[test]
    fn server_and_device_accept_and_print_the_same_versions(text in text()) {
        let (server, device) = (text.parse::<ReleaseVersion>(), text.parse::<DeviceVersion>());
        prop_assert_eq!(server.is_ok(), device.is_ok(), "{:?}: {:?}, {:?}", text, server, device);
        if let (Ok(server), Ok(device)) = (server, device) {
            prop_assert_eq!(server.to_string(), &*text);
            prop_assert_eq!(server.to_device(), device);
            prop_assert_eq!(device.to_string(), text);
            prop_assert_eq!(server.is_dev(), device.is_dev());
        }
    }

    #[test]
    fn server_and_device_order_versions_the_same(texts in prop::collection::vec(text(), 2..6)) {
        let versions: Vec<(ReleaseVersion, DeviceVersion)> =
            texts.iter().filter_map(|text| Some((text.parse().ok()?, text.parse().ok()?))).collect();
        for (server, device) in &versions {
            for (other_server, other_device) in &versions {
                prop_assert_eq!(server.cmp(other_server), device.cmp(other_device));
                prop_assert_eq!(server == other_server, device == other_device);
            }
        }
    }
}

/// The list of `firmware/protocol`, which is never edited.
#[test]
fn the_server_orders_the_golden_versions_like_the_device() {
    let oldest_first = include_str!("../../../firmware/protocol/tests/golden/release.txt");
    let versions: Vec<ReleaseVersion> =
        oldest_first.lines().map(|line| line.parse().unwrap()).collect();
    assert!(versions.len() > 10 && versions.is_sorted_by(|one, other| one < other));
    let printed: Vec<_> = versions.iter().map(ToString::to_string).collect();
    assert_eq!(printed.join("\n") + "\n", oldest_first);
}
