//! A UTC day of one fuel, by half-hour.

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

/// The number of seconds into a half-hour after which a meter shows the price of that half-hour.
const PRICE_SETTLING_SECONDS: i64 = 120;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    schema: SchemaVersion,
    pub fuel: Fuel,
    pub date: Date,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub registers: BTreeMap<Register, Slots>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stated: BTreeMap<Direction, StatedHalfHours>,
    #[serde(default, skip_serializing_if = "Prices::is_empty")]
    pub prices: Prices,
    /// The last power of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand: Option<(Moment, Watts)>,
    /// The last prepayment balances of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<(Moment, Credit)>,
}

impl Day {
    /// A day without data.
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

    /// Adds a register reading of this day. Returns whether the document changed.
    pub fn add_register_reading(&mut self, register: Register, at: Moment, value: u64) -> bool {
        // Cannot truncate because the remainder is below 1,800.
        let second = at.unix().rem_euclid(HALF_HOUR) as u16;
        let reading = Slot::reading(second, value);
        let slots = &mut self.registers.entry(register).or_default().0;
        match slots.entry(slot_of(at)) {
            Entry::Vacant(entry) => {
                entry.insert(reading);
                true
            }
            Entry::Occupied(mut entry) => {
                let merged = entry.get().merged(reading, self.fuel);
                entry.insert(merged) != merged
            }
        }
    }

    /// Keeps the power if it is the latest.
    pub fn add_demand(&mut self, at: Moment, power: Watts) {
        self.demand = self.demand.max(Some((at, power)));
    }

    /// Keeps the balances if they are the latest.
    pub fn add_credit(&mut self, at: Moment, credit: Credit) {
        self.credit = self.credit.max(Some((at, credit)));
    }

    /// Adds the price shown at `at`. A price shown after the settling time takes precedence.
    pub fn add_price(&mut self, at: Moment, price: Price) {
        let settled = at.unix().rem_euclid(HALF_HOUR) >= PRICE_SETTLING_SECONDS;
        let shown = (settled, price);
        let stored = self.prices.0.entry(slot_of(at)).or_insert(shown);
        *stored = (*stored).max(shown);
    }

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

    /// The last reading of a direction: the total register, or the sum of the tariff registers. If
    /// there are registers in both units, the unit that was read last.
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

    /// The time of the last register reading or power.
    #[must_use]
    pub fn last_reading_at(&self) -> Option<Moment> {
        let slot_end = |(number, slot): (&u8, &Slot)| {
            self.slot_start(*number).plus(i64::from(slot.last.0.max(slot.first.0)))
        };
        let registers = self.registers.values().filter_map(|s| s.0.last_key_value().map(slot_end));
        registers.chain(self.demand.map(|(at, _)| at)).max()
    }

    /// The time of the last data, read or supplier-stated.
    #[must_use]
    pub fn last_data_at(&self) -> Option<Moment> {
        let stated = self.stated.values().filter_map(|stated| {
            stated.iter().last().map(|(slot, _)| self.slot_start(slot).plus(HALF_HOUR))
        });
        stated.chain(self.last_reading_at()).max()
    }

    /// The last price that the meter showed.
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

/// The price of each half-hour, and whether the meter showed it after the settling time. Stored as
/// runs: `[first slot, slots, settled, unit rate, standing charge]`.
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
            let end =
                end.ok_or_else(|| serde::de::Error::custom("a price after the end of the day"))?;
            let price = Price { unit_rate, standing_charge };
            prices.extend((first..end).map(|slot| (slot, (settled, price))));
        }
        Ok(Self(prices))
    }
}
