//! Release versions: the golden list, and texts that are not versions.

use cloudsmets_protocol::release::{ParseVersionError, Version};
use proptest::prelude::*;

/// One version per line, the oldest first.
const OLDEST_FIRST: &str = include_str!("golden/release.txt");

#[test]
fn golden_versions_round_trip_and_are_in_order() {
    let versions: Vec<Version> = OLDEST_FIRST.lines().map(|line| line.parse().unwrap()).collect();
    let printed: Vec<String> = versions.iter().map(ToString::to_string).collect();
    assert_eq!(printed.join("\n") + "\n", OLDEST_FIRST);
    assert_eq!(versions.len(), 14);
    for pair in versions.windows(2) {
        assert!(pair[0] < pair[1], "{} is not older than {}", pair[0], pair[1]);
    }
}

#[test]
fn version_parts_are_parsed_as_numbers() {
    let version: Version = "1.5.0-dev12".parse().unwrap();
    assert_eq!((version.major, version.minor, version.patch), (1, 5, 0));
    assert_eq!(version.dev.map(u32::from), Some(12));
    assert!(version.is_dev());
    assert!(!"1.5.0".parse::<Version>().unwrap().is_dev());
}

#[test]
fn invalid_versions_are_rejected_with_a_reason() {
    use ParseVersionError::{
        DevZero, LeadingZero, NotANumber, NotThreeParts, TooLarge, UnknownSuffix,
    };
    for (text, why) in [
        ("", NotThreeParts),
        ("1", NotThreeParts),
        ("1.2", NotThreeParts),
        ("1.2.3.4", NotThreeParts),
        ("latest", NotThreeParts),
        ("1..3", NotANumber),
        ("v1.2.3", NotANumber),
        ("1.2.+3", NotANumber),
        (" 1.2.3", NotANumber),
        ("1.2.3\n", NotANumber),
        ("1.2.\u{663}", NotANumber),
        ("1.2.3-dev", NotANumber),
        ("1.2.3-dev-1", NotANumber),
        ("1.2.3-dev1.2", NotANumber),
        ("01.2.3", LeadingZero),
        ("1.2.00", LeadingZero),
        ("1.2.3-dev01", LeadingZero),
        ("1.2.4294967296", TooLarge),
        ("1.2.3-dev4294967296", TooLarge),
        ("1.2.3-", UnknownSuffix),
        ("1.2.3-rc1", UnknownSuffix),
        ("1.2.3-Dev1", UnknownSuffix),
        ("1.2.3-dev0", DevZero),
    ] {
        assert_eq!(text.parse::<Version>(), Err(why), "{text:?}");
        assert!(!why.to_string().is_empty());
    }
}

proptest! {
    #[test]
    fn versions_round_trip(parts: [u32; 3], dev: Option<core::num::NonZeroU32>) {
        let [major, minor, patch] = parts;
        let version = Version { major, minor, patch, dev };
        prop_assert_eq!(version.to_string().parse(), Ok(version));
    }

    #[test]
    fn an_accepted_text_is_printed_unchanged(text in "[0-9]{1,2}\\.[0-9]{1,2}\\.[0-9]{1,2}(-dev[0-9]{1,2})?|\\PC*") {
        if let Ok(version) = text.parse::<Version>() {
            prop_assert_eq!(version.to_string(), text);
        }
    }
}
