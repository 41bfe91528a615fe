//! The `elec` and `gas` members.

use core::fmt;

use heapless::Vec;
use serde::Deserialize;

use super::register::{self, Register};
use super::{MAX_REGISTERS, MAX_SAMPLES};
use crate::bytes::Output;
use crate::json::{self, Object};

/// The data of the electricity meter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Electricity {
    /// Import registers, each at most once.
    #[serde(rename = "imp", deserialize_with = "register::deserialize_rows")]
    pub import: Vec<Register, MAX_REGISTERS>,
    /// Export registers, each at most once.
    #[serde(rename = "exp", deserialize_with = "register::deserialize_rows")]
    pub export: Vec<Register, MAX_REGISTERS>,
    /// Demand at each sample in watts, negative when exporting; `None` is unknown.
    #[serde(rename = "w")]
    pub demand: Vec<Option<i32>, MAX_SAMPLES>,
    /// The price of electricity.
    pub price: Option<Price>,
    /// The credit of a prepayment meter.
    pub credit: Option<Credit>,
}

/// The data of the gas meter, which sleeps and has a new reading every half-hour.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Gas {
    /// The meter's time of the reading in Unix seconds, from 0 to the end of the year 9999.
    #[serde(rename = "t", deserialize_with = "crate::time::deserialize_optional_unix")]
    pub time: Option<i64>,
    /// Register in litres.
    #[serde(rename = "l")]
    pub litres: Option<u64>,
    /// Register in Wh, for a gas meter that measures energy.
    #[serde(rename = "wh")]
    pub watt_hours: Option<u64>,
    /// The price of gas.
    pub price: Option<Price>,
    /// The credit of a prepayment meter.
    pub credit: Option<Credit>,
    /// Calorific value in hundredths of MJ/m3: 3950 is 39.50.
    #[serde(rename = "cv")]
    pub calorific_value: Option<u32>,
    /// Volume conversion factor in hundred-thousandths: 102264 is 1.02264.
    #[serde(rename = "cf")]
    pub conversion_factor: Option<u32>,
}

/// The price of a fuel in thousandths of a penny, with or without VAT, as the meter shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "[Option<i64>; 2]")]
pub struct Price {
    /// The price of a kWh; may be negative.
    pub unit_rate: Option<i64>,
    /// The standing charge of a day.
    pub standing_charge: Option<i64>,
}

/// The credit of a prepayment meter in thousandths of a penny; may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "[Option<i64>; 3]")]
pub struct Credit {
    /// Credit remaining.
    pub remaining: Option<i64>,
    /// Emergency credit remaining.
    pub emergency: Option<i64>,
    /// Accumulated debt.
    pub debt: Option<i64>,
}

impl From<[Option<i64>; 2]> for Price {
    fn from([unit_rate, standing_charge]: [Option<i64>; 2]) -> Self {
        Self { unit_rate, standing_charge }
    }
}

impl From<[Option<i64>; 3]> for Credit {
    fn from([remaining, emergency, debt]: [Option<i64>; 3]) -> Self {
        Self { remaining, emergency, debt }
    }
}

impl Electricity {
    pub(super) fn write(&self, out: &mut Output<'_>) -> fmt::Result {
        let mut object = Object::begin(out);
        for (key, rows) in [("imp", &self.import), ("exp", &self.export)] {
            if !rows.is_empty() {
                json::write_array(object.write_key(key)?, rows, |out, row| row.write(out))?;
            }
        }
        if !self.demand.is_empty() {
            json::write_numbers(object.write_key("w")?, self.demand.iter().copied())?;
        }
        write_price_and_credit(&mut object, self.price, self.credit)?;
        object.end()
    }
}

impl Gas {
    pub(super) fn write(&self, out: &mut Output<'_>) -> fmt::Result {
        let mut object = Object::begin(out);
        object.write_number("t", self.time)?;
        object.write_number("l", self.litres)?;
        object.write_number("wh", self.watt_hours)?;
        write_price_and_credit(&mut object, self.price, self.credit)?;
        object.write_number("cv", self.calorific_value)?;
        object.write_number("cf", self.conversion_factor)?;
        object.end()
    }
}

fn write_price_and_credit(
    object: &mut Object<'_, '_>,
    price: Option<Price>,
    credit: Option<Credit>,
) -> fmt::Result {
    if let Some(Price { unit_rate, standing_charge }) = price {
        json::write_numbers(object.write_key("price")?, [unit_rate, standing_charge])?;
    }
    if let Some(Credit { remaining, emergency, debt }) = credit {
        json::write_numbers(object.write_key("credit")?, [remaining, emergency, debt])?;
    }
    Ok(())
}
