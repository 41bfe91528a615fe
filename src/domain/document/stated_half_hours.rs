//! The half-hours of a UTC day for which a supplier states the consumption.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::calendar::SLOTS_PER_DAY;

/// Watt-hours by slot. Stored as an array that ends at the last known slot, with `null` for unknown
/// slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatedHalfHours(BTreeMap<u8, u64>);

/// The effect of storing a supplier-stated half-hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpsertOutcome {
    /// The half-hour had no value before.
    Added,
    /// The half-hour had another value before.
    Replaced,
    /// The half-hour had the same value before.
    Unchanged,
}

impl StatedHalfHours {
    /// Stores the consumption of a half-hour. It replaces an earlier value.
    pub fn set(&mut self, slot: u8, watt_hours: u64) -> UpsertOutcome {
        match self.0.insert(slot.min(SLOTS_PER_DAY - 1), watt_hours) {
            None => UpsertOutcome::Added,
            Some(before) if before == watt_hours => UpsertOutcome::Unchanged,
            Some(_) => UpsertOutcome::Replaced,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (u8, u64)> {
        self.0.iter().map(|(slot, watt_hours)| (*slot, *watt_hours))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for StatedHalfHours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let last = self.0.keys().next_back().map_or(0, |last| last + 1);
        serializer.collect_seq((0..last).map(|slot| self.0.get(&slot)))
    }
}

impl<'de> Deserialize<'de> for StatedHalfHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let row = Vec::<Option<u64>>::deserialize(deserializer)?;
        if row.len() > usize::from(SLOTS_PER_DAY) {
            return Err(serde::de::Error::custom("more than 48 half-hours in a day"));
        }
        let known = (0..).zip(row).filter_map(|(slot, value)| Some((slot, value?)));
        Ok(Self(known.collect()))
    }
}
