//! A half-hour of one register: the first and the last reading seen in it.

use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::calendar::HALF_HOUR;
use crate::domain::register::Fuel;

/// A reading within a slot: seconds since the start of the slot, and the value.
pub(super) type OffsetReading = (u16, u64);

/// The readings that are kept of one half-hour. Merging is commutative, associative and idempotent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The earliest reading; of two readings in one second the smaller.
    pub first: OffsetReading,
    /// Electricity: the latest reading; of two readings in one second the greater.
    /// Gas: the earliest reading of the greatest value, because devices repeat the old value until the
    /// meter wakes, so that only a new value is information.
    pub last: OffsetReading,
}

impl Slot {
    /// A slot with one reading, `seconds` after the start of the slot.
    #[must_use]
    pub const fn reading(seconds: u16, value: u64) -> Self {
        Self { first: (seconds, value), last: (seconds, value) }
    }

    #[must_use]
    pub fn merged(self, other: Self, fuel: Fuel) -> Self {
        let last = match fuel {
            Fuel::Electricity => self.last.max(other.last),
            Fuel::Gas => {
                let rank = |(seconds, value): OffsetReading| (value, std::cmp::Reverse(seconds));
                std::cmp::max_by_key(self.last, other.last, |reading| rank(*reading))
            }
        };
        Self { first: self.first.min(other.first), last }
    }
}

/// A slot with its number, as it is stored: `[slot, second, value]` or, if the last reading differs
/// from the first, `[slot, second, value, seconds later, value_change]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberedSlot(pub(super) u8, pub(super) Slot);

impl Serialize for NumberedSlot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(number, Slot { first, last }) = self;
        let mut row = serializer.serialize_seq(None)?;
        row.serialize_element(number)?;
        row.serialize_element(&first.0)?;
        row.serialize_element(&first.1)?;
        if first != last {
            row.serialize_element(&(i32::from(last.0) - i32::from(first.0)))?;
            row.serialize_element(&(i128::from(last.1) - i128::from(first.1)))?;
        }
        row.end()
    }
}

impl<'de> Deserialize<'de> for NumberedSlot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Row;
        impl<'de> Visitor<'de> for Row {
            type Value = NumberedSlot;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("[slot, second, value] or [slot, second, value, seconds, value_change]")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<NumberedSlot, A::Error> {
                let short = || A::Error::custom("a slot's row is too short");
                let number: u8 = row.next_element()?.ok_or_else(short)?;
                let second: u16 = row.next_element()?.ok_or_else(short)?;
                let value: u64 = row.next_element()?.ok_or_else(short)?;
                let seconds: i32 = row.next_element()?.unwrap_or(0);
                let value_change: i64 = row.next_element()?.unwrap_or(0);
                let later = u16::try_from(i32::from(second).saturating_add(seconds));
                let in_slot = |second: u16| i64::from(second) < HALF_HOUR;
                match (later, value.checked_add_signed(value_change)) {
                    (Ok(later), Some(last)) if number < 48 && in_slot(second) && in_slot(later) => {
                        let slot = Slot { first: (second, value), last: (later, last) };
                        Ok(NumberedSlot(number, slot))
                    }
                    _ => Err(A::Error::custom("a slot's row is out of range")),
                }
            }
        }
        deserializer.deserialize_seq(Row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_row_round_trips() {
        for (slot, json) in [
            (Slot::reading(5, 12_345), "[3,5,12345]"),
            (Slot { first: (5, 100), last: (1_795, 90) }, "[3,5,100,1790,-10]"),
            (Slot { first: (5, 100), last: (5, 101) }, "[3,5,100,0,1]"),
        ] {
            assert_eq!(serde_json::to_string(&NumberedSlot(3, slot)).unwrap(), json);
            let NumberedSlot(number, read) = serde_json::from_str(json).unwrap();
            assert_eq!((number, read), (3, slot));
        }
        for bad in ["[]", "[48,0,1]", "[0,1800,1]", "[0,0,1,-1,0]", "[0,0,1,0,-2]", "{}"] {
            assert!(serde_json::from_str::<NumberedSlot>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_repeated_gas_value_changes_nothing() {
        let slot = Slot::reading(5, 100).merged(Slot::reading(40, 130), Fuel::Gas);
        assert_eq!(slot.merged(Slot::reading(1_700, 130), Fuel::Gas), slot);
    }
}
