//! The state machine, one event at a time.

use core::time::Duration;

use cloudsmets_update::telink::MAX_IMAGE_SIZE;
use cloudsmets_update::updater::{
    ACCEPTANCE_PERIOD, Action, Channel, Chip, Event, Image, MAX_TRIAL_STARTS, Record, Setback,
    SetbackReason, Slot, Start, Trial, Updater,
};
use cloudsmets_update::{Expected, Installer, Refusal, StoredImage};

use crate::flash::Flash;
use crate::signer::{Signer, version};

const IMAGE: &[u8] = b"an image";
const NOW: Duration = Duration::from_hours(1000);

/// A device that runs 1.4.0 and has confirmed it.
fn start() -> Start {
    Start {
        running: version("1.4.0"),
        slot: Slot::Ota0,
        slot_size: 0x001E_0000,
        channel: Channel::Release,
        seed: 1,
    }
}

fn record() -> Record {
    let floor = Some(version("1.4.0"));
    Record { group: Some(7), floor, tlsr8258: floor, ..Record::default() }
}

/// A record of a trial of 1.5.0, which is in the other slot.
fn on_trial(starts: u8) -> Record {
    let (version, slot) = (version("1.5.0"), Slot::Ota1);
    Record { trial: Some(Trial { version, slot, starts, reverting: false }), ..record() }
}

/// The device as it starts with 1.5.0.
fn start_of_trial() -> Start {
    Start { running: version("1.5.0"), slot: Slot::Ota1, ..start() }
}

fn image(chip: Chip, at: &str) -> Image {
    Image { chip, version: version(at) }
}

fn esp32c3() -> Image {
    image(Chip::Esp32c3, "1.5.0")
}

/// An updater whose server has just named this version.
fn after_check(record: Record, latest: &str) -> (Updater, Action) {
    let mut updater = Updater::new(start(), record, Duration::ZERO);
    let action = updater.handle(Event::TimeReached, NOW).unwrap();
    assert_eq!(action, Action::AskLatestVersion { group: 7, channel: Channel::Release });
    let action = updater.handle(Event::Latest(Some(version(latest))), NOW).unwrap();
    (updater, action)
}

/// An updater that downloads 1.5.0 for the ESP32-C3.
fn downloading() -> Updater {
    let (mut updater, _) = after_check(record(), "1.5.0");
    let action = updater.handle(Event::SignatureAccepted, NOW);
    assert_eq!(action, Some(Action::FetchImage { image: esp32c3(), offset: 0 }));
    updater
}

fn stored(image: Image) -> StoredImage {
    let signer = Signer::new();
    let signature = signer.sign_image(IMAGE, &image.version.to_string(), image.chip.target());
    let expected = Expected {
        target: image.chip.target(),
        running: version("1.4.0"),
        floor: None,
        capacity: u32::MAX,
        offered: None,
    };
    let mut slot = Flash::used(1024);
    let mut installer =
        Installer::begin(&signer.key_ring(), signature.as_bytes(), &expected, &mut slot).unwrap();
    installer.write(IMAGE).unwrap();
    installer.finish().unwrap()
}

/// The time until which the updater waits, in seconds from now.
fn waits(action: Option<Action>) -> u64 {
    match action {
        Some(Action::WaitUntil(until)) => (until - NOW).as_secs(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_device_draws_its_group_once() {
    let mut groups = Vec::new();
    for seed in 0..1000 {
        let mut updater = Updater::new(Start { seed, ..start() }, Record::default(), NOW);
        let Action::Save(record) = updater.action() else { panic!("{:?}", updater.action()) };
        groups.extend(record.group);
        assert!(matches!(updater.handle(Event::Done, NOW), Some(Action::WaitUntil(_))));

        let restarted = Updater::new(Start { seed: seed + 1, ..start() }, record, NOW);
        assert_eq!(restarted.record().group, record.group);
    }
    groups.sort_unstable();
    groups.dedup();
    assert!(groups.iter().copied().eq(0..100), "every group occurs");
}

#[test]
fn an_update_is_recorded_before_its_slot_is_selected() {
    let (mut updater, action) = after_check(record(), "1.5.0");
    let expected = Expected {
        target: Chip::Esp32c3.target(),
        running: version("1.4.0"),
        floor: Some(version("1.4.0")),
        capacity: 0x001E_0000,
        offered: Some(version("1.5.0")),
    };
    assert_eq!(action, Action::FetchSignature { image: esp32c3(), expected });
    updater.handle(Event::SignatureAccepted, NOW);
    let action = updater.handle(Event::Stored(stored(esp32c3())), NOW);
    assert_eq!(action, Some(Action::Save(on_trial(0))));
    assert_eq!(updater.handle(Event::Done, NOW), Some(Action::SelectSlot(Slot::Ota1)));
    assert_eq!(updater.handle(Event::Done, NOW), Some(Action::Restart));
}

#[test]
fn an_image_of_another_release_or_chip_is_not_swapped_in() {
    for other in [image(Chip::Esp32c3, "1.6.0"), image(Chip::Tlsr8258, "1.5.0")] {
        assert_eq!(downloading().handle(Event::Stored(stored(other)), NOW), None);
    }
}

#[test]
fn a_version_that_reaches_the_hub_is_confirmed() {
    let mut updater = Updater::new(start_of_trial(), on_trial(0), NOW);
    assert_eq!(updater.action(), Action::Save(on_trial(1)));
    let action = updater.handle(Event::Done, NOW);
    assert_eq!(action, Some(Action::WaitUntil(NOW + ACCEPTANCE_PERIOD)));
    assert_eq!(updater.handle(Event::HubReached, NOW), Some(Action::MarkValid));
    let confirmed = Record { floor: Some(version("1.5.0")), ..record() };
    assert_eq!(updater.handle(Event::Done, NOW), Some(Action::Save(confirmed)));
    assert!(matches!(updater.handle(Event::Done, NOW), Some(Action::WaitUntil(_))));
}

#[test]
fn the_hub_may_be_reached_before_the_start_is_recorded() {
    let mut updater = Updater::new(start_of_trial(), on_trial(0), NOW);
    assert_eq!(updater.handle(Event::HubReached, NOW), None);
    assert_eq!(updater.handle(Event::Done, NOW), Some(Action::MarkValid));
}

#[test]
fn a_version_that_does_not_reach_the_hub_is_reverted() {
    let mut updater = Updater::new(start_of_trial(), on_trial(0), NOW);
    updater.handle(Event::Done, NOW);
    let Some(Action::Save(reverting)) = updater.handle(Event::TimeReached, NOW) else { panic!() };
    assert!(reverting.trial.unwrap().reverting);
    assert_eq!(updater.handle(Event::Done, NOW), Some(Action::SelectSlot(Slot::Ota0)));
    assert_eq!(updater.handle(Event::Done, NOW), Some(Action::Restart));

    let updater = Updater::new(start(), reverting, NOW);
    let setback = Setback { image: esp32c3(), reason: SetbackReason::Reverted, count: 1 };
    assert_eq!(updater.action(), Action::Save(Record { setback: Some(setback), ..record() }));
}

#[test]
fn a_reversion_that_a_power_cut_interrupted_is_completed() {
    let mut reverting = on_trial(1);
    reverting.trial.as_mut().unwrap().reverting = true;
    let mut updater = Updater::new(start_of_trial(), reverting, NOW);
    assert_eq!(updater.action(), Action::Save(reverting));
    assert_eq!(updater.handle(Event::Done, NOW), Some(Action::SelectSlot(Slot::Ota0)));
}

#[test]
fn a_version_that_restarts_again_and_again_is_reverted() {
    let mut record = on_trial(0);
    for starts in 1..=MAX_TRIAL_STARTS {
        let updater = Updater::new(start_of_trial(), record, NOW);
        record = on_trial(starts);
        assert_eq!(updater.action(), Action::Save(record));
    }
    let mut updater = Updater::new(start_of_trial(), record, NOW);
    assert_eq!(updater.handle(Event::Done, NOW), Some(Action::SelectSlot(Slot::Ota0)));
}

#[test]
fn a_version_that_the_bootloader_did_not_start_is_a_setback() {
    let updater = Updater::new(start(), on_trial(0), NOW);
    let setback = Setback { image: esp32c3(), reason: SetbackReason::NotStarted, count: 1 };
    assert_eq!(updater.action(), Action::Save(Record { setback: Some(setback), ..record() }));
}

#[test]
fn a_version_on_trial_updates_nothing() {
    let mut updater = Updater::new(start_of_trial(), on_trial(0), NOW);
    updater.handle(Event::Done, NOW);
    assert_eq!(updater.handle(Event::Latest(Some(version("1.6.0"))), NOW), None);
}

/// An installation over USB has no trial, because there is nothing to revert to.
#[test]
fn a_version_without_a_trial_is_confirmed_by_reaching_the_hub() {
    let mut updater = Updater::new(start_of_trial(), record(), NOW);
    assert!(matches!(updater.action(), Action::WaitUntil(_)));
    let confirmed = Record { floor: Some(version("1.5.0")), ..record() };
    assert_eq!(updater.handle(Event::HubReached, NOW), Some(Action::Save(confirmed)));
    assert!(matches!(updater.handle(Event::Done, NOW), Some(Action::WaitUntil(_))));
    assert_eq!(updater.handle(Event::HubReached, NOW), None);
}

#[test]
fn a_half_published_version_is_looked_for_again_without_a_setback() {
    for mut updater in [after_check(record(), "1.5.0").0, downloading()] {
        let seconds = waits(updater.handle(Event::NotFound, NOW));
        assert!((1800..=5400).contains(&seconds), "{seconds}");
        assert_eq!(*updater.record(), record());
        updater.handle(Event::TimeReached, NOW);
        let action = updater.handle(Event::Latest(Some(version("1.5.0"))), NOW);
        assert!(matches!(action, Some(Action::FetchSignature { .. })));
    }
}

#[test]
fn a_download_continues_where_the_connection_was_lost() {
    let mut updater = downloading();
    for held in [100, 250, 250] {
        waits(updater.handle(Event::ConnectionLost { held }, NOW));
        let action = updater.handle(Event::TimeReached, NOW);
        assert_eq!(action, Some(Action::FetchImage { image: esp32c3(), offset: held }));
    }
}

#[test]
fn a_download_that_progresses_is_never_given_up() {
    let mut updater = downloading();
    for held in 1..100 {
        let seconds = waits(updater.handle(Event::ConnectionLost { held }, NOW));
        assert!(seconds <= 60, "{seconds}");
        let action = updater.handle(Event::TimeReached, NOW);
        assert_eq!(action, Some(Action::FetchImage { image: esp32c3(), offset: held }));
    }
}

/// The version may have been withdrawn, so the device asks again.
#[test]
fn a_download_without_progress_is_given_up() {
    let mut updater = downloading();
    let mut attempts = 0;
    let action = loop {
        updater.handle(Event::ConnectionLost { held: 100 }, NOW);
        attempts += 1;
        match updater.handle(Event::TimeReached, NOW) {
            Some(Action::FetchImage { .. }) => assert!(attempts < 20),
            action => break action,
        }
    };
    assert!(matches!(action, Some(Action::AskLatestVersion { .. })));
    assert!(attempts > 3);
}

#[test]
fn waiting_times_after_failures_grow_to_hours() {
    let mut updater = Updater::new(start(), record(), Duration::ZERO);
    for longest in [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360] {
        updater.handle(Event::TimeReached, NOW);
        let seconds = waits(updater.handle(Event::ConnectionLost { held: 0 }, NOW));
        assert!((30 * longest..=60 * longest).contains(&seconds), "{seconds} of {longest} min");
    }
}

#[test]
fn a_reply_ends_the_growth_of_waiting_times() {
    let mut updater = Updater::new(start(), record(), Duration::ZERO);
    for event in [
        Event::ConnectionLost { held: 0 },
        Event::ConnectionLost { held: 0 },
        Event::Latest(None),
        Event::ConnectionLost { held: 0 },
    ] {
        updater.handle(Event::TimeReached, NOW);
        updater.handle(event, NOW);
    }
    assert!(waits(Some(updater.action())) <= 60);
}

#[test]
fn a_refused_signature_is_looked_at_again_at_the_next_check() {
    let (mut updater, _) = after_check(record(), "1.5.0");
    let refusal = Refusal::CommentNotSigned;
    let seconds = waits(updater.handle(Event::Refused(refusal), NOW));
    assert!(seconds >= 22 * 3600, "{seconds}");
    assert_eq!(updater.last_refusal(), Some((esp32c3(), refusal)));
    assert_eq!(*updater.record(), record());
}

#[test]
fn a_refused_image_is_a_setback() {
    let mut updater = downloading();
    let setback = Setback { image: esp32c3(), reason: SetbackReason::Refused, count: 1 };
    let action = updater.handle(Event::Refused(Refusal::WrongSignature), NOW);
    assert_eq!(action, Some(Action::Save(Record { setback: Some(setback), ..record() })));
    assert_eq!(waits(updater.handle(Event::Done, NOW)), 3600);
    assert_eq!(updater.last_refusal(), Some((esp32c3(), Refusal::WrongSignature)));
}

#[test]
fn setbacks_of_an_image_are_counted_until_another_one_fails() {
    let failed_before = |at, count| {
        let image = image(Chip::Esp32c3, at);
        let setback = Some(Setback { image, reason: SetbackReason::Refused, count });
        let updater = Updater::new(start(), Record { setback, ..on_trial(1) }, NOW);
        updater.record().setback.unwrap()
    };
    let reverted = |count| Setback { image: esp32c3(), reason: SetbackReason::Reverted, count };
    assert_eq!(failed_before("1.5.0", 1), reverted(2));
    assert_eq!(failed_before("1.5.0", u8::MAX), reverted(u8::MAX));
    assert_eq!(failed_before("1.4.5", 2), reverted(1));
}

#[test]
fn a_setback_is_forgotten_when_another_version_is_confirmed() {
    let setback =
        Setback { image: image(Chip::Esp32c3, "1.6.0"), reason: SetbackReason::Reverted, count: 3 };
    let record = Record { setback: Some(setback), ..record() };
    let mut updater = Updater::new(start(), record, NOW);
    assert_eq!(updater.handle(Event::HubReached, NOW), None, "1.4.0 was confirmed before");
    assert_eq!(updater.record().setback, Some(setback));
    let mut updater = Updater::new(start_of_trial(), record, NOW);
    updater.handle(Event::HubReached, NOW);
    assert_eq!(updater.record().setback, None);
}

#[test]
fn the_next_check_is_when_a_postponed_image_is_tried_again() {
    let setback = Setback { image: esp32c3(), reason: SetbackReason::FlashFailed, count: 3 };
    let mut updater = Updater::new(start(), Record { setback: Some(setback), ..record() }, NOW);
    updater.handle(Event::TimeReached, NOW);
    let seconds = waits(updater.handle(Event::Latest(Some(version("1.5.0"))), NOW));
    assert_eq!(seconds, 4 * 3600);
}

/// The floor is below the running version until a version that was installed over USB is confirmed.
#[test]
fn an_image_has_to_be_newer_than_the_running_version_too() {
    for floor in [None, Some(version("1.3.0"))] {
        let (_, action) = after_check(Record { floor, ..record() }, "1.5.0");
        let Action::FetchSignature { expected, .. } = action else { panic!("{action:?}") };
        assert_eq!(expected.floor, Some(version("1.4.0")));
    }
}

#[test]
fn without_a_record_of_the_trial_no_slot_is_selected() {
    let mut updater = downloading();
    updater.handle(Event::Stored(stored(esp32c3())), NOW);
    let setback = Setback { image: esp32c3(), reason: SetbackReason::FlashFailed, count: 1 };
    let action = updater.handle(Event::FlashFailed, NOW);
    assert_eq!(action, Some(Action::Save(Record { setback: Some(setback), ..record() })));
    assert_eq!(waits(updater.handle(Event::FlashFailed, NOW)), 3600);
}

/// The bootloader may have the new slot selected all the same, so the next start is a trial.
#[test]
fn a_slot_that_cannot_be_selected_is_a_setback_and_remains_on_trial() {
    let mut updater = downloading();
    updater.handle(Event::Stored(stored(esp32c3())), NOW);
    updater.handle(Event::Done, NOW);
    let setback = Setback { image: esp32c3(), reason: SetbackReason::FlashFailed, count: 1 };
    let action = updater.handle(Event::FlashFailed, NOW);
    assert_eq!(action, Some(Action::Save(Record { setback: Some(setback), ..on_trial(0) })));
}

#[test]
fn the_zigbee_chip_is_updated_after_the_version_was_confirmed() {
    let tlsr8258 = image(Chip::Tlsr8258, "1.4.0");
    let old = Record { tlsr8258: Some(version("1.3.0")), ..record() };
    let (mut updater, action) = after_check(old, "1.4.0");
    let expected = Expected {
        target: Chip::Tlsr8258.target(),
        running: version("1.4.0"),
        floor: Some(version("1.3.0")),
        capacity: MAX_IMAGE_SIZE,
        offered: Some(version("1.4.0")),
    };
    assert_eq!(action, Action::FetchSignature { image: tlsr8258, expected });
    updater.handle(Event::SignatureAccepted, NOW);
    let size = IMAGE.len() as u32;
    let action = updater.handle(Event::Stored(stored(tlsr8258)), NOW);
    assert_eq!(action, Some(Action::UpdateTlsr8258 { image: tlsr8258, size }));

    let mut failed = updater.clone();
    let setback = Setback { image: tlsr8258, reason: SetbackReason::ChipFailed, count: 1 };
    let action = failed.handle(Event::ChipFailed, NOW);
    assert_eq!(action, Some(Action::Save(Record { setback: Some(setback), ..old })));

    assert_eq!(updater.handle(Event::Done, NOW), Some(Action::Save(record())));
}

#[test]
fn the_first_checks_of_many_devices_are_spread() {
    let mut times: Vec<_> = (0..100)
        .map(|seed| Updater::new(Start { seed, ..start() }, record(), NOW).action())
        .map(|action| waits(Some(action)))
        .collect();
    times.sort_unstable();
    times.dedup();
    assert!(times.len() > 50 && times[0] >= 60, "{times:?}");
}
