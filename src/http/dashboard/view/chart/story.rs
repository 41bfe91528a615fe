//! What a series says in words: how much is known, and when most was used.

use super::slot::{Known, Slot};

/// A series in numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story {
    /// How many of its intervals have passed.
    pub(crate) passed: usize,
    /// How many of those are not known.
    pub(crate) missing: usize,
    /// How many are estimated.
    pub(crate) estimated: usize,
    /// The energy of the known intervals in Wh.
    pub(crate) known: u64,
    /// The energy of those that have passed in full, and how many they are.
    pub(crate) finished: (u64, u64),
    /// Where the most was used and how much that was.
    pub(crate) peak: Option<(usize, u64)>,
}

impl Story {
    /// Reads it.
    pub(crate) fn of(slots: &[Slot]) -> Self {
        let mut story = Self::default();
        for (place, slot) in slots.iter().enumerate() {
            story.missing += usize::from(slot.known == Known::Missing);
            story.estimated += usize::from(matches!(slot.known, Known::Estimated(_)));
            story.passed += usize::from(slot.known != Known::Ahead);
            let Some(energy) = slot.energy() else { continue };
            story.known = story.known.saturating_add(energy);
            if !slot.running {
                story.finished = (story.finished.0.saturating_add(energy), story.finished.1 + 1);
            }
            if story.peak.is_none_or(|(_, most)| energy > most) {
                story.peak = Some((place, energy));
            }
        }
        story
    }

    /// Whether anything is known.
    pub(crate) fn has_any(&self) -> bool {
        self.peak.is_some()
    }

    /// The average of the intervals that are over and known.
    pub(crate) fn average(&self) -> Option<u64> {
        let (energy, count) = self.finished;
        energy.saturating_add(count / 2).checked_div(count)
    }
}
