//! Determines the time of a reading from the device's clock and the time at which the hub enqueued
//! the event.

use super::Rejection;
use crate::domain::units::Moment;

/// In seconds. A device clock that is further ahead of the hub is wrong.
const LARGEST_CLOCK_LEAD: i64 = 300;

/// 2010-01-01T00:00:00Z. There were no smart meters before then. An earlier time is from a clock that
/// was never set, and counts from 1970 or from Zigbee's epoch, 2000.
const EARLIEST_PLAUSIBLE: i64 = 1_262_304_000;

/// 2100-01-01T00:00:00Z. If the time of the hub is unknown, a later device time is wrong.
const LATEST_PLAUSIBLE: i64 = 4_102_444_800;

#[derive(Clone, Copy, Debug)]
pub(super) struct EventClock {
    enqueued: Option<Moment>,
}

impl EventClock {
    pub(super) const fn new(enqueued: Option<Moment>) -> Self {
        Self { enqueued }
    }

    /// The time at which the hub enqueued the event.
    pub(super) fn enqueued(self) -> Result<Moment, Rejection> {
        self.enqueued.ok_or(Rejection::NoTime)
    }

    /// The seconds to add to the times of a device, given its latest time: zero if that time is
    /// plausible, otherwise the difference to the hub's time.
    ///
    /// A time in the distant past is plausible, because a device keeps readings while it is offline.
    pub(super) fn correction(self, latest: i64) -> Result<i64, Rejection> {
        let is_set = latest >= EARLIEST_PLAUSIBLE;
        match self.enqueued {
            Some(enqueued)
                if !is_set || latest > enqueued.unix().saturating_add(LARGEST_CLOCK_LEAD) =>
            {
                Ok(enqueued.unix().saturating_sub(latest))
            }
            None if !is_set || latest >= LATEST_PLAUSIBLE => Err(Rejection::NoTime),
            _ => Ok(0),
        }
    }

    /// The time of a reading, given the time that the device claims.
    pub(super) fn resolve(self, claimed: Option<i64>) -> Result<Moment, Rejection> {
        match claimed {
            None => self.enqueued(),
            Some(claimed) => {
                Ok(Moment::from_unix(claimed.saturating_add(self.correction(claimed)?)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix(1_767_323_045);

    #[test]
    fn an_unset_device_clock_is_replaced_by_the_hub_time() {
        let clock = EventClock::new(Some(NOW));
        for wrong in
            [0, 12_345_678, 946_684_800, 946_684_800 + 86_400, NOW.unix() + 301, i64::MAX / 2]
        {
            assert_eq!(clock.resolve(Some(wrong)).unwrap(), NOW, "{wrong}");
        }
        assert_eq!(clock.resolve(None).unwrap(), NOW);
    }

    #[test]
    fn a_plausible_device_time_is_kept() {
        let clock = EventClock::new(Some(NOW));
        for claimed in [NOW.unix() + 299, NOW.unix(), NOW.unix() - 86_400, 1_323_475_200] {
            assert_eq!(clock.resolve(Some(claimed)).unwrap().unix(), claimed);
        }
    }

    #[test]
    fn an_event_without_any_time_is_rejected() {
        assert!(matches!(EventClock::new(None).resolve(None), Err(Rejection::NoTime)));
        assert!(matches!(EventClock::new(None).resolve(Some(0)), Err(Rejection::NoTime)));
        assert!(EventClock::new(None).resolve(Some(NOW.unix())).is_ok());
    }
}
