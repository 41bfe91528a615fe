//! A series as a chart sees it: what is known, what is not, what is yet to come.

use crate::domain::consumption::{Quality, Series};
use crate::domain::units::Moment;

/// What is known of an interval's energy, in Wh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SlotState {
    /// Read from the meter.
    Measured(u64),
    /// Some of it is shared out over a pause, or missing.
    Estimated(u64),
    /// It has passed and nobody knows.
    Missing,
    /// It has not passed.
    Future,
}

/// One interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// Its first moment.
    pub(crate) start: Moment,
    /// The moment after its last.
    pub(crate) end: Moment,
    /// What is known of it.
    pub(crate) state: SlotState,
    /// Whether it is still running.
    pub(crate) running: bool,
}

impl Slot {
    /// Its energy in Wh, if known.
    pub(crate) const fn energy(&self) -> Option<u64> {
        match self.state {
            SlotState::Measured(energy) | SlotState::Estimated(energy) => Some(energy),
            SlotState::Missing | SlotState::Future => None,
        }
    }
}

/// A series at a given moment.
pub(crate) fn slots(series: &Series, now: Moment) -> Vec<Slot> {
    series
        .intervals
        .iter()
        .map(|interval| Slot {
            start: interval.start,
            end: interval.end,
            state: match (interval.energy, interval.quality) {
                (Some(energy), Quality::Measured) => SlotState::Measured(energy.0),
                // What is still running is incomplete by nature.
                (Some(energy), Quality::Estimated) if interval.end > now => {
                    SlotState::Measured(energy.0)
                }
                (Some(energy), Quality::Estimated) => SlotState::Estimated(energy.0),
                _ if interval.end > now => SlotState::Future,
                _ => SlotState::Missing,
            },
            running: interval.start <= now && now < interval.end,
        })
        .collect()
}
