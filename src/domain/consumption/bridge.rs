//! What happened between two neighbouring pieces of a register.

use super::Piece;
use crate::domain::register::Unit;

/// Most that a home can take in an hour, so that anything above it is a fault
/// or another meter: 100 kW (three phases at 100 A are 69 kW); 25 m3/h of gas
/// (a U16 meter passes 16).
const fn most_an_hour(unit: Unit) -> u64 {
    match unit {
        Unit::WattHours => 100_000,
        Unit::Litres => 25_000,
    }
}

/// Allowed on top at any distance: coarse registers, and a gas meter's
/// half-hour that shows all at once.
const fn slack(unit: Unit) -> u64 {
    match unit {
        Unit::WattHours => 1_000,
        Unit::Litres => 12_500,
    }
}

/// Digits of domestic registers, in the smallest unit: a register of 10^n
/// starts again at zero.
const ROLLOVERS: [u64; 5] =
    [10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000];

/// How long a faulty register may stay wrong and still be recognised by its
/// return: one day.
const LONGEST_FAULT: i64 = 86_400;

/// The consumption between the end of one piece and the start of a later one;
/// `None` when the register did not get from one to the other by being used:
/// the meter was exchanged, or one of the two is a fault. Stated consumption
/// has no register to compare, so nothing is known between it and its neighbours.
pub(super) fn use_between(earlier: &Piece, later: &Piece, unit: Unit) -> Option<u64> {
    let ((_, from), (to, _)) = earlier.register.zip(later.register)?;
    let seconds = later.start.since(earlier.end).max(0).unsigned_abs();
    let most = slack(unit).saturating_add(seconds.saturating_mul(most_an_hour(unit)) / 3_600);
    let plausible = |amount: &u64| *amount <= most;
    match to.checked_sub(from) {
        Some(amount) => Some(amount).filter(plausible),
        None => ROLLOVERS
            .iter()
            .filter_map(|modulus| Some(modulus.checked_sub(from)?.saturating_add(to)))
            .find(plausible),
    }
}

/// The stream without readings that a fault put there: where the register
/// leaves its course and, within a day, comes back to where it had been.
pub(super) fn without_faults(pieces: &[Piece], unit: Unit) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut index = 0;
    while let Some(piece) = pieces.get(index) {
        let leaves = kept.last().is_some_and(|last| breaks_off(last, piece, unit));
        let back = kept.last().filter(|_| leaves).and_then(|last| {
            pieces[index + 1..]
                .iter()
                .take_while(|later| later.start.since(last.end) <= LONGEST_FAULT)
                .position(|later| use_between(last, later, unit).is_some())
        });
        match back {
            Some(distance) => index += distance + 1,
            None => {
                kept.push(*piece);
                index += 1;
            }
        }
    }
    kept
}

fn breaks_off(earlier: &Piece, later: &Piece, unit: Unit) -> bool {
    earlier.register.is_some()
        && later.register.is_some()
        && use_between(earlier, later, unit).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::units::Moment;

    fn readings(values: &[u64]) -> Vec<Piece> {
        values
            .iter()
            .zip(0..)
            .map(|(value, n)| Piece::reading((Moment::from_unix(n * 1_800), *value)))
            .collect()
    }

    fn used(values: &[u64]) -> u64 {
        let pieces = without_faults(&readings(values), Unit::WattHours);
        pieces.windows(2).filter_map(|w| use_between(&w[0], &w[1], Unit::WattHours)).sum()
    }

    #[test]
    fn an_exchanged_meter_adds_nothing() {
        assert_eq!(used(&[5_000_000, 5_000_100, 40, 90]), 150);
        assert_eq!(used(&[100, 200, 90_000_000, 90_000_050]), 150);
    }

    #[test]
    fn a_register_that_rolls_over_goes_on() {
        assert_eq!(used(&[99_999_900, 60]), 160);
        assert_eq!(used(&[9_999_999_990, 5]), 15);
    }

    #[test]
    fn a_fault_that_returns_is_forgotten() {
        assert_eq!(used(&[500_000, 500_100, 7, 500_300]), 300);
        assert_eq!(used(&[500_000, 900_000_000, 900_000_001, 500_300]), 300);
        assert_eq!(used(&[500_000, 499_000, 499_001, 500_300]), 300);
    }

    #[test]
    fn no_order_of_absurd_values_makes_a_spike() {
        assert!(used(&[u64::MAX, 0, u64::MAX, 1]) <= 1);
        assert!(used(&[1, 1 << 47, 5, 1 << 47]) <= 10);
    }
}
