//! What a series says in words: how much is known, and when most was used.

use super::slot::{Slot, SlotState};

/// A series in numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct SeriesSummary {
    /// How many of its intervals have passed.
    pub(crate) passed: usize,
    /// How many of those are not known.
    pub(crate) missing: usize,
    /// How many are estimated.
    pub(crate) estimated: usize,
    /// The energy of the known intervals in Wh.
    pub(crate) known_energy: u64,
    /// The energy in Wh of the known intervals that are over.
    pub(crate) finished_energy: u64,
    /// How many those are.
    pub(crate) finished_count: u64,
    /// Where the most was used and how much that was.
    pub(crate) peak: Option<(usize, u64)>,
}

impl SeriesSummary {
    /// Reads it.
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

    /// Whether anything is known.
    pub(crate) fn has_data(&self) -> bool {
        self.peak.is_some()
    }

    /// The average of the intervals that are over and known.
    pub(crate) fn average(&self) -> Option<u64> {
        let count = self.finished_count;
        self.finished_energy.saturating_add(count / 2).checked_div(count)
    }
}
