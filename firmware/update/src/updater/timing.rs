//! How long the device waits.
//!
//! Waiting times vary randomly, so that devices that were switched on together do not stay together.

use core::time::Duration;

use fastrand::Rng;

use super::{Setback, SetbackReason};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The time within which a version on trial has to reach the hub.
pub const ACCEPTANCE_PERIOD: Duration = Duration::from_secs(15 * MINUTE);

/// The number of times that a version on trial is started. If it has not reached the hub then, for
/// example because it crashes before the acceptance period is over, the device reverts.
pub const MAX_TRIAL_STARTS: u8 = 3;

/// The time from the start of the device to the first check.
pub(super) fn until_first_check(random: &mut Rng) -> Duration {
    Duration::from_secs(random.u64(MINUTE..=10 * MINUTE))
}

/// The time from one check to the next.
pub(super) fn until_next_check(random: &mut Rng) -> Duration {
    Duration::from_secs(random.u64(22 * HOUR..=26 * HOUR))
}

/// The time after which a file that was not found is looked for again: the release may be in the middle
/// of being published.
pub(super) fn until_published(random: &mut Rng) -> Duration {
    Duration::from_secs(random.u64(30 * MINUTE..=90 * MINUTE))
}

/// The time from a failed request to the next one, after `failures` of them in a row: one minute and
/// doubled each time, up to six hours, of which at least half is waited.
pub(super) fn back_off(failures: u8, random: &mut Rng) -> Duration {
    let longest = doubled(MINUTE, failures, 6 * HOUR);
    Duration::from_secs(random.u64(longest / 2..=longest))
}

/// When an image that could not be installed is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// After this time without a restart.
    After(Duration),
    /// After another version has been confirmed, because it may behave differently.
    AfterAnotherVersion,
}

impl Setback {
    /// When the image is tried again.
    ///
    /// A failure that the transmission, the memory or the other chip may have caused is retried without
    /// limit, at first after an hour and at most a week apart. A version that was reverted
    /// may merely have had no network, so it is tried three times.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match (self.reason, self.count) {
            (SetbackReason::NotStarted | SetbackReason::Reverted, 3..) => {
                Retry::AfterAnotherVersion
            }
            (SetbackReason::NotStarted | SetbackReason::Reverted, count) => {
                Retry::After(Duration::from_secs(if count <= 1 { DAY } else { 7 * DAY }))
            }
            (
                SetbackReason::Refused | SetbackReason::FlashFailed | SetbackReason::ChipFailed,
                count,
            ) => Retry::After(Duration::from_secs(doubled(HOUR, count, 7 * DAY))),
        }
    }
}

/// `first` seconds, doubled for every count after the first.
fn doubled(first: u64, count: u8, limit: u64) -> u64 {
    let doublings = u32::from(count.saturating_sub(1)).min(32);
    first.saturating_mul(1 << doublings).min(limit)
}
