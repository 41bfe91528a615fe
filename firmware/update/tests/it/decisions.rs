//! What a device does about the newest version, and when it repeats what failed.

use core::time::Duration;

use cloudsmets_update::updater::{
    Chip, Decision, Image, Record, Retry, Setback, SetbackReason, decide,
};

use crate::signer::version;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// A device whose two chips have 1.4.0.
fn record() -> Record {
    let floor = Some(version("1.4.0"));
    Record { floor, tlsr8258: floor, ..Record::default() }
}

fn decide_about(record: &Record, latest: Option<&str>) -> Decision {
    let now = Duration::ZERO;
    decide(record, version("1.4.0"), latest.map(version), now, now)
}

fn esp32c3(at: &str) -> Image {
    Image { chip: Chip::Esp32c3, version: version(at) }
}

fn tlsr8258(at: &str) -> Image {
    Image { chip: Chip::Tlsr8258, version: version(at) }
}

fn with_setback(image: Image, reason: SetbackReason, count: u8) -> Record {
    Record { setback: Some(Setback { image, reason, count }), ..record() }
}

#[test]
fn only_a_newer_version_is_installed() {
    for latest in [None, Some("1.3.9"), Some("1.4.0-dev1"), Some("1.4.0")] {
        assert_eq!(decide_about(&record(), latest), Decision::NothingNewer, "{latest:?}");
    }
    for latest in ["1.4.1-dev1", "1.5.0"] {
        assert_eq!(decide_about(&record(), Some(latest)), Decision::Install(esp32c3(latest)));
    }
}

#[test]
fn nothing_below_the_floor_is_installed() {
    let record = Record { floor: Some(version("1.6.0")), ..record() };
    assert_eq!(decide_about(&record, Some("1.6.0")), Decision::NothingNewer);
    assert_eq!(decide_about(&record, Some("1.6.1")), Decision::Install(esp32c3("1.6.1")));
}

#[test]
fn the_zigbee_chip_follows_the_confirmed_version() {
    for tlsr8258_has in [None, Some(version("1.3.0"))] {
        let record = Record { tlsr8258: tlsr8258_has, ..record() };
        let expected = Decision::Install(tlsr8258("1.4.0"));
        assert_eq!(decide_about(&record, None), expected);
        assert_eq!(decide_about(&record, Some("1.4.0")), expected);
        assert_eq!(decide_about(&record, Some("1.5.0")), Decision::Install(esp32c3("1.5.0")));

        let not_confirmed = Record { floor: Some(version("1.3.0")), ..record };
        assert_eq!(decide_about(&not_confirmed, None), Decision::NothingNewer);
    }
}

#[test]
fn an_image_that_failed_is_postponed_and_other_images_are_not() {
    let image = esp32c3("1.5.0");
    let record = with_setback(image, SetbackReason::Refused, 1);
    let decide_at = |now| decide(&record, version("1.4.0"), Some(image.version), HOUR, now);
    assert_eq!(decide_at(HOUR), Decision::Postponed(image, 2 * HOUR));
    assert_eq!(decide_at(2 * HOUR - Duration::from_secs(1)), Decision::Postponed(image, 2 * HOUR));
    assert_eq!(decide_at(2 * HOUR), Decision::Install(image));
    assert_eq!(decide_about(&record, Some("1.5.1")), Decision::Install(esp32c3("1.5.1")));

    let record = Record { tlsr8258: None, ..record };
    assert_eq!(decide_about(&record, Some("1.5.0")), Decision::Install(tlsr8258("1.4.0")));
}

#[test]
fn an_image_that_failed_is_repeated_ever_more_rarely() {
    use SetbackReason::{ChipFailed, FlashFailed, Refused};
    for reason in [Refused, FlashFailed, ChipFailed] {
        for (count, hours) in [(1, 1), (2, 2), (3, 4), (8, 128), (9, 168), (255, 168)] {
            let setback = Setback { image: esp32c3("1.5.0"), reason, count };
            assert_eq!(setback.retry(), Retry::After(hours * HOUR), "{count}");
        }
    }
}

#[test]
fn a_reverted_version_is_given_up_after_three_trials() {
    let image = esp32c3("1.5.0");
    for reason in [SetbackReason::NotStarted, SetbackReason::Reverted] {
        let decide = |count| decide_about(&with_setback(image, reason, count), Some("1.5.0"));
        assert_eq!(decide(1), Decision::Postponed(image, DAY));
        assert_eq!(decide(2), Decision::Postponed(image, 7 * DAY));
        assert_eq!(decide(3), Decision::GivenUp(image));
    }
}
