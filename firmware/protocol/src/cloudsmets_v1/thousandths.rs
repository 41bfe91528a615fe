//! Decimals that are exact, without binary fractions.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A quantity in thousandths of the unit on the wire: Wh for kWh, litres for m3.
///
/// # Why parsing is exact
///
/// A JSON integer is multiplied by 1000 as an integer. Any other number is deserialized as an `f64`.
/// Suppose the text is n / 1000, where n is an integer below 2^50. `serde_json` returns the nearest
/// `f64` for that many digits, with a relative error of at most 2^-53, and multiplying by 1000 adds the
/// same error again, so the product differs from n by less than 2^50 x 2^-52 = 1/4. Adding 1/2 rounds by
/// at most 1/8, so the sum is between n + 1/8 and n + 7/8, and truncating it gives n.
///
/// A number with more than three decimals is rounded to the nearest thousandth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thousandths(pub u64);

/// After rounding, numbers with a fraction must be below this many thousandths, so that a parsed value
/// can be written and parsed again.
const FRACTION_LIMIT: u64 = 1 << 50;

impl fmt::Display for Thousandths {
    /// Writes a decimal of the whole unit without trailing zeros: `1234.56`, `7`, `0.001`.
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
