//! Collects observations and drops implausible ones.

use crate::domain::observation::{
    Credit, DeviceStatus, GasQuality, LARGEST_REGISTER_VALUE, Observation, Price,
};
use crate::domain::register::{Direction, Fuel, Register, Unit};
use crate::domain::units::{Millipence, Moment, Watts};

/// In watts, in either direction. No domestic meter passes more than 200 kW.
const LARGEST_DEMAND: i64 = 200_000;

#[derive(Debug, Default)]
pub(super) struct ObservationCollector(Vec<Observation>);

impl ObservationCollector {
    pub(super) fn into_observations(self) -> Vec<Observation> {
        self.0
    }

    /// Adds a register reading in the register's unit. Zero is dropped, because meters and displays
    /// report it while the value is unknown. A value of more than 48 bits is dropped as a fault.
    pub(super) fn add_register(&mut self, fuel: Fuel, register: Register, at: Moment, value: u64) {
        if (1..=LARGEST_REGISTER_VALUE).contains(&value) {
            self.0.push(Observation::Register { fuel, register, at, value });
        }
    }

    /// Adds a reading of an electricity register, in Wh.
    pub(super) fn add_electricity(
        &mut self,
        direction: Direction,
        tariff: u8,
        at: Moment,
        value: u64,
    ) {
        let register = Register { direction, tariff, unit: Unit::WattHours };
        self.add_register(Fuel::Electricity, register, at, value);
    }

    /// Adds a power in watts. A power above the limit is dropped.
    pub(super) fn add_demand(&mut self, at: Moment, watts: i64) {
        if let Ok(power) = i32::try_from(watts)
            && watts.abs() <= LARGEST_DEMAND
        {
            self.0.push(Observation::Demand { at, power: Watts(power) });
        }
    }

    /// Adds a price in thousandths of a penny. Zero is dropped, because it means unknown.
    pub(super) fn add_price(
        &mut self,
        fuel: Fuel,
        at: Moment,
        rate: Option<i64>,
        standing: Option<i64>,
    ) {
        let known = |money: Option<i64>| money.filter(|money| *money != 0).map(Millipence);
        let price = Price { unit_rate: known(rate), standing_charge: known(standing) };
        if price != Price::default() {
            self.0.push(Observation::Price { fuel, at, price });
        }
    }

    /// Adds prepayment balances in thousandths of a penny. Zero is a valid balance.
    pub(super) fn add_credit(&mut self, fuel: Fuel, at: Moment, credit: Credit) {
        if credit != Credit::default() {
            self.0.push(Observation::Credit { fuel, at, credit });
        }
    }

    /// Adds the plausible ones of a calorific value (20 to 60 MJ/m3) and a conversion factor (0.5 to 2).
    pub(super) fn add_gas_quality(
        &mut self,
        at: Moment,
        calorific_value: Option<u32>,
        factor: Option<u32>,
    ) {
        let quality = GasQuality {
            calorific_value: calorific_value.filter(|value| (2_000..=6_000).contains(value)),
            conversion_factor: factor.filter(|factor| (50_000..=200_000).contains(factor)),
        };
        if quality != GasQuality::default() {
            self.0.push(Observation::GasQuality { at, quality });
        }
    }

    pub(super) fn add_device_status(&mut self, at: Moment, status: DeviceStatus) {
        if status != DeviceStatus::default() {
            self.0.push(Observation::DeviceStatus { at, status });
        }
    }
}
