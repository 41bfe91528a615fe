//! Exact decimals from JSON.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A JSON number that is parsed exactly, never through a binary float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ExactDecimal(Decimal);

impl ExactDecimal {
    /// The number multiplied by 10 to the power of `places`, rounded half away from zero. `None` if the
    /// result exceeds 64 bits.
    pub(super) fn scaled(self, places: u32) -> Option<i64> {
        let factor = Decimal::from(10_u64.checked_pow(places)?);
        let product = self.0.checked_mul(factor)?;
        product
            .round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
            .to_i64()
    }
}

impl<'de> Deserialize<'de> for ExactDecimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        text.parse()
            .or_else(|_| Decimal::from_scientific(text))
            .map(Self)
            .map_err(|_| D::Error::custom(format_args!("{} is not a number", truncated(text))))
    }
}

/// The first 40 characters, for a message.
fn truncated(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(json: &str, places: u32) -> Option<i64> {
        serde_json::from_str::<ExactDecimal>(json).ok()?.scaled(places)
    }

    #[test]
    fn decimals_are_parsed_exactly() {
        assert_eq!(scaled("15254.827", 3), Some(15_254_827));
        assert_eq!(scaled("0.16401", 5), Some(16_401));
        assert_eq!(scaled("-0.0005", 3), Some(-1));
        assert_eq!(scaled("1.5e3", 0), Some(1_500));
        assert_eq!(scaled("1.3150001", 3), Some(1_315));
        for bad in ["\"1\"", "null", "[]", "1e400", "99999999999999999999"] {
            assert_eq!(scaled(bad, 3), None, "{bad}");
        }
    }
}
