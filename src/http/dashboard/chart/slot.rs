//! The intervals of a series as a chart shows them: known, missing or in the future.

use crate::domain::consumption::{Quality, Series};
use crate::domain::units::Moment;

/// The energy of an interval in Wh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SlotState {
    /// Read from the meter.
    Measured(u64),
    /// Partly interpolated over a pause between readings, or incomplete.
    Estimated(u64),
    /// The interval has passed without readings.
    Missing,
    /// The interval has not ended.
    Future,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    pub(crate) state: SlotState,
    /// Whether it contains the present.
    pub(crate) running: bool,
}

impl Slot {
    pub(crate) const fn energy(&self) -> Option<u64> {
        match self.state {
            SlotState::Measured(energy) | SlotState::Estimated(energy) => Some(energy),
            SlotState::Missing | SlotState::Future => None,
        }
    }
}

/// The slots of a series at `now`.
pub(crate) fn slots(series: &Series, now: Moment) -> Vec<Slot> {
    series
        .intervals
        .iter()
        .map(|interval| Slot {
            start: interval.start,
            end: interval.end,
            state: match (interval.energy, interval.quality) {
                (Some(energy), Quality::Measured) => SlotState::Measured(energy.0),
                // The current interval is always incomplete.
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
