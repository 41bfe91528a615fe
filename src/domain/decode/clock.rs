//! Which time a reading has, given what the device claims and when the hub took it.

use super::Rejection;
use crate::domain::units::Moment;

/// A device whose clock runs ahead of the hub by more than this, in seconds,
/// does not know the time.
const LARGEST_CLOCK_LEAD: i64 = 300;

/// 2010-01-01T00:00:00Z. Before it there was no smart meter to read: a clock
/// there was never set, whether it counts from 1970 or from Zigbee's 2000.
const EARLIEST_PLAUSIBLE: i64 = 1_262_304_000;

/// 2100-01-01T00:00:00Z. Where the hub does not say when it was, a clock
/// beyond this is not believed.
const LATEST_PLAUSIBLE: i64 = 4_102_444_800;

/// Decides on times.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventClock {
    enqueued: Option<Moment>,
}

impl EventClock {
    pub(super) const fn new(enqueued: Option<Moment>) -> Self {
        Self { enqueued }
    }

    /// When the hub took the event.
    pub(super) fn enqueued(self) -> Result<Moment, Rejection> {
        self.enqueued.ok_or(Rejection::NoTime)
    }

    /// What to add to a device's times, given its latest: nothing when it can
    /// be true, otherwise what brings that to the hub's time.
    ///
    /// A time long past can be true: the device was offline and kept its readings.
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

    /// The time of a reading for which the device claims one.
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
