//! The decision about the reply of `latest-version`.

use core::time::Duration;

use cloudsmets_protocol::release::Version;

use super::{Chip, Image, Record, Retry};

/// What a device does about the newest version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Download and install this image.
    Install(Image),
    /// Nothing is newer than what the device has.
    NothingNewer,
    /// The image could not be installed before. It is tried again at this time.
    Postponed(Image, Duration),
    /// The version was reverted too often. It is tried again after another version was confirmed.
    GivenUp(Image),
}

/// Decides what to do about the newest version that the server names.
///
/// The ESP32-C3 comes first. The TLSR8258 gets the image of the version that the ESP32-C3 runs and has
/// confirmed, so the two never differ by more than the update in progress. `setback_at` is the time of
/// the last setback, or of the start of the device.
#[must_use]
pub fn decide(
    record: &Record,
    running: Version,
    latest: Option<Version>,
    setback_at: Duration,
    now: Duration,
) -> Decision {
    let newer = latest.filter(|&latest| latest > running && Some(latest) > record.floor);
    let esp32c3 = newer.map(|version| Image { chip: Chip::Esp32c3, version });
    let is_confirmed = record.floor == Some(running);
    let tlsr8258 = (is_confirmed && record.tlsr8258 < Some(running))
        .then_some(Image { chip: Chip::Tlsr8258, version: running });

    let mut decision = Decision::NothingNewer;
    for image in [esp32c3, tlsr8258].into_iter().flatten() {
        match consider(record, image, setback_at, now) {
            install @ Decision::Install(_) => return install,
            other if decision == Decision::NothingNewer => decision = other,
            _ => {}
        }
    }
    decision
}

fn consider(record: &Record, image: Image, setback_at: Duration, now: Duration) -> Decision {
    let Some(setback) = record.setback.filter(|setback| setback.image == image) else {
        return Decision::Install(image);
    };
    match setback.retry() {
        Retry::AfterAnotherVersion => Decision::GivenUp(image),
        Retry::After(delay) if now < setback_at + delay => {
            Decision::Postponed(image, setback_at + delay)
        }
        Retry::After(_) => Decision::Install(image),
    }
}
