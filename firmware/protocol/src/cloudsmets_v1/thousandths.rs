//! Decimals without binary fractions.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A quantity in thousandths of the unit on the wire: Wh for kWh, litres for m3.
///
/// # Why reading is exact
///
/// A JSON integer is multiplied by 1000 as an integer. Any other number reaches us as an `f64`. Say
/// n / 1000 was written, n an integer below 2^50. The `f64` nearest to it, which `serde_json` gives
/// for that many digits, is off by at most 2^-53 of itself, and multiplying by 1000 rounds by as much
/// again: the product is off n by less than 2^50 x 2^-52 = 1/4. Adding 1/2 rounds by at most 1/8, so
/// the sum is between n + 1/8 and n + 7/8, and cutting its fraction off gives n.
///
/// A number with more than three decimals is rounded to the nearest thousandth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thousandths(pub u64);

/// Numbers with a fraction must stay below this many thousandths once they are rounded, so that what
/// was read can be written and read again.
const FRACTION_LIMIT: u64 = 1 << 50;

impl fmt::Display for Thousandths {
    /// As a decimal of the whole unit, with no needless zeros: `1234.56`, `7`, `0.001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / 1000, self.0 % 1000);
        match (fraction, fraction % 10, fraction % 100) {
            (0, ..) => write!(f, "{whole}"),
            (_, _, 0) => write!(f, "{whole}.{}", fraction / 100),
            (_, 0, _) => write!(f, "{whole}.{:02}", fraction / 10),
            _ => write!(f, "{whole}.{fraction:03}"),
        }
    }
}

impl<'de> Deserialize<'de> for Thousandths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_f64(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Thousandths;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a register, a number from 0")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Thousandths, E> {
        let thousandths = value.checked_mul(1000);
        thousandths
            .map(Thousandths)
            .ok_or_else(|| E::custom(format_args!("the register {value} is too large")))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Thousandths, E> {
        match u64::try_from(value) {
            Ok(value) => self.visit_u64(value),
            Err(_) => Err(E::custom(format_args!("the register {value} is negative"))),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Thousandths, E> {
        if value.is_nan() {
            return Err(E::custom("the register is not a number"));
        }
        if value < 0.0 {
            return Err(E::custom(format_args!("the register {value} is negative")));
        }
        let rounded = (value * 1000.0 + 0.5) as u64; // `as` cuts the fraction off
        if rounded < FRACTION_LIMIT {
            Ok(Thousandths(rounded))
        } else {
            Err(E::custom(format_args!("the register {value} is too large")))
        }
    }
}
