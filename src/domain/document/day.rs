//! A UTC day of one fuel: half-hour by half-hour what was read.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::schema::SchemaVersion;
use super::slot::{NumberedSlot, Slot};
use super::stated_half_hours::{StatedHalfHours, UpsertOutcome};
use crate::domain::calendar::{HALF_HOUR, slot_of, utc_midnight};
use crate::domain::observation::{Credit, Price};
use crate::domain::register::{Direction, Fuel, Register, RegisterReading, Unit};
use crate::domain::units::{Moment, Watts};

/// Seconds into a half-hour after which the meter has surely taken over the
/// half-hour's price.
const PRICE_SETTLING_SECONDS: i64 = 120;

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    schema: SchemaVersion,
    /// Which meter.
    pub fuel: Fuel,
    /// The UTC day.
    pub date: Date,
    /// Each register's half-hours.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub registers: BTreeMap<Register, Slots>,
    /// Consumption that a supplier states.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stated: BTreeMap<Direction, StatedHalfHours>,
    /// The price in each half-hour.
    #[serde(default, skip_serializing_if = "Prices::is_empty")]
    pub prices: Prices,
    /// The day's last power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand: Option<(Moment, Watts)>,
    /// The day's last prepayment balances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<(Moment, Credit)>,
}

impl Day {
    /// A day of which nothing is known yet.
    #[must_use]
    pub fn new(fuel: Fuel, date: Date) -> Self {
        Self {
            schema: SchemaVersion,
            fuel,
            date,
            registers: BTreeMap::new(),
            stated: BTreeMap::new(),
            prices: Prices::default(),
            demand: None,
            credit: None,
        }
    }

    /// Takes in a register reading of this day; tells whether it said anything new.
    pub fn add_register_reading(&mut self, register: Register, at: Moment, value: u64) -> bool {
        // Cannot truncate because the remainder is below 1,800.
        let second = at.unix().rem_euclid(HALF_HOUR) as u16;
        let seen = Slot::reading(second, value);
        let slots = &mut self.registers.entry(register).or_default().0;
        match slots.entry(slot_of(at)) {
            Entry::Vacant(entry) => {
                entry.insert(seen);
                true
            }
            Entry::Occupied(mut entry) => {
                let merged = entry.get().merged(seen, self.fuel);
                entry.insert(merged) != merged
            }
        }
    }

    /// Takes in a power.
    pub fn add_demand(&mut self, at: Moment, power: Watts) {
        self.demand = self.demand.max(Some((at, power)));
    }

    /// Takes in prepayment balances.
    pub fn add_credit(&mut self, at: Moment, credit: Credit) {
        self.credit = self.credit.max(Some((at, credit)));
    }

    /// Takes in a price.
    pub fn add_price(&mut self, at: Moment, price: Price) {
        let settled = at.unix().rem_euclid(HALF_HOUR) >= PRICE_SETTLING_SECONDS;
        let seen = (settled, price);
        let held = self.prices.0.entry(slot_of(at)).or_insert(seen);
        *held = (*held).max(seen);
    }

    /// Puts a stated half-hour.
    pub fn set_stated_half_hour(
        &mut self,
        direction: Direction,
        slot: u8,
        watt_hours: u64,
    ) -> UpsertOutcome {
        self.stated.entry(direction).or_default().set(slot, watt_hours)
    }

    /// The first moment of a slot of this day.
    #[must_use]
    pub fn slot_start(&self, slot: u8) -> Moment {
        utc_midnight(self.date).plus(i64::from(slot) * HALF_HOUR)
    }

    /// Where a direction's registers stood last: the total register, or the sum
    /// of the tariff registers. Of registers in two units those that were read last.
    #[must_use]
    pub fn latest_reading(&self, direction: Direction) -> Option<RegisterReading> {
        let of = |total: bool, unit: Unit| {
            let registers = self.registers.iter().filter(move |(r, _)| {
                r.direction == direction && r.unit == unit && (r.tariff == 0) == total
            });
            registers
                .filter_map(|(_, slots)| {
                    let (number, slot) = slots.0.last_key_value()?;
                    let at = self.slot_start(*number).plus(i64::from(slot.last.0));
                    Some(RegisterReading { at, value: slot.last.1, unit })
                })
                .reduce(|a, b| RegisterReading {
                    at: a.at.max(b.at),
                    value: a.value.saturating_add(b.value),
                    unit,
                })
        };
        let in_unit = |unit| of(true, unit).or_else(|| of(false, unit));
        let all = [in_unit(Unit::WattHours), in_unit(Unit::Litres)];
        all.into_iter().flatten().max_by_key(|reading| reading.at)
    }

    /// The last moment that a register or power was read at.
    #[must_use]
    pub fn last_reading_at(&self) -> Option<Moment> {
        let slot_end = |(number, slot): (&u8, &Slot)| {
            self.slot_start(*number).plus(i64::from(slot.last.0.max(slot.first.0)))
        };
        let registers = self.registers.values().filter_map(|s| s.0.last_key_value().map(slot_end));
        registers.chain(self.demand.map(|(at, _)| at)).max()
    }

    /// The last moment that anything is known of, read or stated.
    #[must_use]
    pub fn last_data_at(&self) -> Option<Moment> {
        let stated = self.stated.values().filter_map(|stated| {
            stated.iter().last().map(|(slot, _)| self.slot_start(slot).plus(HALF_HOUR))
        });
        stated.chain(self.last_reading_at()).max()
    }

    /// The price that the meter showed last.
    #[must_use]
    pub fn last_price(&self) -> Option<Price> {
        self.prices.0.last_key_value().map(|(_, (_, price))| *price)
    }
}

/// A register's half-hours by slot number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots(pub BTreeMap<u8, Slot>);

impl Serialize for Slots {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(number, slot)| NumberedSlot(*number, *slot)))
    }
}

impl<'de> Deserialize<'de> for Slots {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = Vec::<NumberedSlot>::deserialize(deserializer)?;
        Ok(Self(rows.into_iter().map(|NumberedSlot(number, slot)| (number, slot)).collect()))
    }
}

/// The price in each half-hour, and whether it was seen after it had settled.
/// Stored as runs: `[first slot, slots, settled, unit rate, standing charge]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices(pub BTreeMap<u8, (bool, Price)>);

type PriceRun = (
    u8,
    u8,
    bool,
    Option<crate::domain::units::Millipence>,
    Option<crate::domain::units::Millipence>,
);

impl Prices {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Prices {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut runs: Vec<PriceRun> = Vec::new();
        for (slot, (settled, price)) in &self.0 {
            match runs.last_mut() {
                Some((first, count, s, rate, standing))
                    if *first + *count == *slot
                        && (*s, *rate, *standing)
                            == (*settled, price.unit_rate, price.standing_charge) =>
                {
                    *count += 1;
                }
                _ => runs.push((*slot, 1, *settled, price.unit_rate, price.standing_charge)),
            }
        }
        runs.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Prices {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut prices = BTreeMap::new();
        for (first, count, settled, unit_rate, standing_charge) in
            Vec::<PriceRun>::deserialize(deserializer)?
        {
            let end = first.checked_add(count).filter(|end| *end <= 48);
            let end = end.ok_or_else(|| serde::de::Error::custom("a price after the day's end"))?;
            let price = Price { unit_rate, standing_charge };
            prices.extend((first..end).map(|slot| (slot, (settled, price))));
        }
        Ok(Self(prices))
    }
}
