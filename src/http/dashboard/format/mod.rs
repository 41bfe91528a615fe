//! Formats numbers for people. Energy, power and money are integers and are never converted to
//! floating point, so that pages show exactly what was measured.

mod money;
mod time;

pub(crate) use money::{money, pounds};
pub(crate) use time::{
    age, clock, clock_with_zone, date_range, day_month, long_date, month_name, month_year,
    short_date, short_date_time,
};

use std::fmt;

use crate::domain::register::Fuel;
use crate::domain::units::{WattHours, Watts};

pub(crate) const fn fuel_name(fuel: Fuel) -> &'static str {
    match fuel {
        Fuel::Electricity => "Electricity",
        Fuel::Gas => "Gas",
    }
}

/// A number and its unit, separate so that a page can show them in two sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    /// The number, rounded for reading.
    pub(crate) number: String,
    pub(crate) unit: &'static str,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.unit)
    }
}

/// Formats energy with about three significant figures: `4 Wh`, `0.42 kWh`, `12.3 kWh`, `1,234 kWh`.
pub(crate) fn energy(energy: WattHours) -> Quantity {
    let value = energy.0;
    let (number, unit) = match value {
        0 => ("0".to_owned(), "kWh"),
        1..10 => (value.to_string(), "Wh"),
        10..9_995 => (thousandths(value, 2), "kWh"),
        9_995..99_950 => (thousandths(value, 1), "kWh"),
        _ => (thousandths(value, 0), "kWh"),
    };
    Quantity { number, unit }
}

/// Formats the absolute value of a power: `425 W`, `2.35 kW`, `12.3 kW`.
pub(crate) fn power(power: Watts) -> Quantity {
    let value = u64::from(power.0.unsigned_abs());
    let (number, unit) = match value {
        0..1_000 => (value.to_string(), "W"),
        1_000..9_995 => (thousandths(value, 2), "kW"),
        _ => (thousandths(value, 1), "kW"),
    };
    Quantity { number, unit }
}

/// Formats a register value in Wh or litres as the meter displays it: `15254.827`.
pub(crate) fn register(value: u64) -> String {
    format!("{}.{:03}", value / 1_000, value % 1_000)
}

/// Formats thousandths, rounded half up to `decimals` (0 to 3) decimals, with commas.
pub(crate) fn thousandths(value: u64, decimals: u32) -> String {
    let scale = 10_u64.pow(decimals.min(3));
    let dropped = 1_000 / scale;
    let rounded = value.saturating_add(dropped / 2) / dropped;
    let whole = group_thousands(rounded / scale);
    if decimals == 0 {
        return whole;
    }
    let width = decimals.min(3) as usize;
    format!("{whole}.{:0width$}", rounded % scale)
}

/// Formats `1234567` as `1,234,567`.
pub(crate) fn group_thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Compares two amounts in whole percent: `12% more than`, `about as much as`. Returns `None` if
/// `before` is zero.
pub(crate) fn comparison(now: WattHours, before: WattHours) -> Option<String> {
    let (now, before) = (u128::from(now.0), u128::from(before.0));
    if before == 0 {
        return None;
    }
    let percent = (now.abs_diff(before) * 100 + before / 2) / before;
    Some(match (percent, now > before) {
        (0, _) => "about as much as".to_owned(),
        (1_000.., true) => "over ten times".to_owned(),
        (_, true) => format!("{percent}% more than"),
        (_, false) => format!("{percent}% less than"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn energy_has_about_three_figures() {
        for (wh, text) in [
            (0, "0 kWh"),
            (4, "4 Wh"),
            (10, "0.01 kWh"),
            (420, "0.42 kWh"),
            (425, "0.43 kWh"),
            (9_994, "9.99 kWh"),
            (9_995, "10.0 kWh"),
            (12_345, "12.3 kWh"),
            (99_949, "99.9 kWh"),
            (99_950, "100 kWh"),
            (1_234_499, "1,234 kWh"),
            (1_234_567_890, "1,234,568 kWh"),
        ] {
            assert_eq!(energy(WattHours(wh)).to_string(), text);
        }
    }

    #[test]
    fn power_changes_to_kilowatts_at_a_thousand() {
        for (watts, text) in [
            (0, "0 W"),
            (425, "425 W"),
            (999, "999 W"),
            (1_000, "1.00 kW"),
            (2_345, "2.35 kW"),
            (-785, "785 W"),
            (12_300, "12.3 kW"),
            (i32::MIN, "2,147,483.6 kW"),
        ] {
            assert_eq!(power(Watts(watts)).to_string(), text);
        }
    }

    #[test]
    fn a_register_has_three_decimals_and_no_commas() {
        assert_eq!(register(15_254_827), "15254.827");
        assert_eq!(register(7), "0.007");
    }

    #[test]
    fn the_largest_values_do_not_overflow() {
        assert_eq!(thousandths(u64::MAX, 0), "18,446,744,073,709,551");
        assert_eq!(group_thousands(0), "0");
    }

    #[test]
    fn amounts_are_compared_in_whole_percent() {
        let compare = |now, before| comparison(WattHours(now), WattHours(before));
        assert_eq!(compare(1_120, 1_000).unwrap(), "12% more than");
        assert_eq!(compare(0, 1_000).unwrap(), "100% less than");
        assert_eq!(compare(1_004, 1_000).unwrap(), "about as much as");
        assert_eq!(compare(90_000, 1_000).unwrap(), "over ten times");
        assert_eq!(compare(1_000, 0), None);
    }
}
