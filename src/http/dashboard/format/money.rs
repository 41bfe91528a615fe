//! Formats money, which is counted in thousandths of a penny.

use crate::domain::units::Millipence;

/// Formats a price or a small sum: `24.69p` below a pound and `£12.34` from a pound on. Negative
/// amounts have a minus sign in front.
pub(crate) fn money(amount: Millipence) -> String {
    let hundredths = (amount.0.unsigned_abs().saturating_add(5)) / 10;
    if hundredths >= 10_000 {
        return pounds(amount);
    }
    let sign = sign(amount.0 < 0 && hundredths > 0);
    format!("{sign}{}.{:02}p", hundredths / 100, hundredths % 100)
}

/// Formats a balance, which is always in pounds: `£0.50`.
pub(crate) fn pounds(amount: Millipence) -> String {
    let pence = (amount.0.unsigned_abs().saturating_add(500)) / 1_000;
    let sign = sign(amount.0 < 0 && pence > 0);
    format!("{sign}£{}.{:02}", super::group_thousands(pence / 100), pence % 100)
}

const fn sign(negative: bool) -> &'static str {
    if negative { "\u{2212}" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_below_a_pound_are_in_pence() {
        for (millipence, text) in [
            (24_690, "24.69p"),
            (24_695, "24.70p"),
            (0, "0.00p"),
            (-4, "0.00p"),
            (-2_100, "\u{2212}2.10p"),
            (99_994, "99.99p"),
            (99_995, "£1.00"),
            (1_234_000, "£12.34"),
            (-1_234_567, "\u{2212}£12.35"),
            (123_456_789_000, "£1,234,567.89"),
        ] {
            assert_eq!(money(Millipence(millipence)), text);
        }
    }

    #[test]
    fn a_balance_is_in_pounds() {
        for (millipence, text) in [
            (50_000, "£0.50"),
            (-50_000, "\u{2212}£0.50"),
            (-400, "£0.00"),
            (i64::MIN, "\u{2212}£92,233,720,368,547.76"),
        ] {
            assert_eq!(pounds(Millipence(millipence)), text);
        }
    }
}
