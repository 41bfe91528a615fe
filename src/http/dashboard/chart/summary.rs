//! Counts and sums over a series.

use super::slot::{Slot, SlotState};

#[derive(Clone, Debug, Default)]
pub(crate) struct SeriesSummary {
    /// Number of intervals that have begun.
    pub(crate) passed: usize,
    /// Number of passed intervals without readings.
    pub(crate) missing: usize,
    /// Number of estimated intervals.
    pub(crate) estimated: usize,
    /// The energy of the known intervals in Wh.
    pub(crate) known_energy: u64,
    /// The energy in Wh of the known intervals that are over.
    pub(crate) finished_energy: u64,
    /// Number of known intervals that are over.
    pub(crate) finished_count: u64,
    /// Index and energy in Wh of the interval with the highest consumption.
    pub(crate) peak: Option<(usize, u64)>,
}

impl SeriesSummary {
    pub(crate) fn of(slots: &[Slot]) -> Self {
        let mut summary = Self::default();
        for (index, slot) in slots.iter().enumerate() {
            summary.missing += usize::from(slot.state == SlotState::Missing);
            summary.estimated += usize::from(matches!(slot.state, SlotState::Estimated(_)));
            summary.passed += usize::from(slot.state != SlotState::Future);
            let Some(energy) = slot.energy() else { continue };
            summary.known_energy = summary.known_energy.saturating_add(energy);
            if !slot.running {
                summary.finished_energy = summary.finished_energy.saturating_add(energy);
                summary.finished_count += 1;
            }
            if summary.peak.is_none_or(|(_, largest)| energy > largest) {
                summary.peak = Some((index, energy));
            }
        }
        summary
    }

    pub(crate) fn has_data(&self) -> bool {
        self.peak.is_some()
    }

    /// The average energy in Wh of the known intervals that are over.
    pub(crate) fn average(&self) -> Option<u64> {
        let count = self.finished_count;
        self.finished_energy.saturating_add(count / 2).checked_div(count)
    }
}
