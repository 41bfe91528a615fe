//! What happened between two neighbouring pieces of a register.

use super::Piece;
use crate::domain::register::Unit;

/// Most that a home can take in an hour: 100 kW (three phases at 100 A are
/// 69 kW); 25 m3 of gas (a U16 meter passes 16).
const fn peak(unit: Unit) -> u64 {
    match unit {
        Unit::WattHours => 100_000,
        Unit::Litres => 25_000,
    }
}

/// Most that it takes hour after hour: 10 kW, 5 m3.
const fn sustained(unit: Unit) -> u64 {
    match unit {
        Unit::WattHours => 10_000,
        Unit::Litres => 5_000,
    }
}

/// How long a peak may last, in seconds.
const PEAK_LASTS: u64 = 3 * 3_600;

/// Allowed on top at any distance: coarse registers, and a gas meter's
/// half-hour that shows all at once.
const fn slack(unit: Unit) -> u64 {
    match unit {
        Unit::WattHours => 1_000,
        Unit::Litres => 12_500,
    }
}

/// The depth of a dip that sources of different resolution make: one that says
/// whole tens of Wh beside one that says each.
const DIP: u64 = 1_000;

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
    match to.checked_sub(from) {
        Some(amount) => Some(amount).filter(|amount| *amount <= most(unit, seconds)),
        None => ROLLOVERS
            .iter()
            .filter_map(|modulus| Some(modulus.checked_sub(from)?.saturating_add(to)))
            .find(|amount| *amount <= most_over_a_rollover(unit, seconds)),
    }
}

fn most(unit: Unit, seconds: u64) -> u64 {
    let peak_seconds = seconds.min(PEAK_LASTS);
    let at_peak = peak_seconds * peak(unit) / 3_600;
    let after = (seconds - peak_seconds).saturating_mul(sustained(unit)) / 3_600;
    slack(unit).saturating_add(at_peak).saturating_add(after)
}

/// Less is believed of a fall: an exchanged meter also falls, and only one
/// that stood within a few units of 10^n may have gone round.
fn most_over_a_rollover(unit: Unit, seconds: u64) -> u64 {
    2 * slack(unit) + seconds.min(PEAK_LASTS) * sustained(unit) / 3_600
}

/// The stream without readings that a fault put there: where the register
/// leaves its course and, within a day, leaps back to where it had been. A new
/// course that goes on by itself is another meter's.
pub(super) fn without_faults(pieces: &[Piece], unit: Unit) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut index = 0;
    while let Some(piece) = pieces.get(index) {
        let Some(last) = kept.last().filter(|last| breaks_off(last, piece, unit)) else {
            kept.push(*piece);
            index += 1;
            continue;
        };
        if let Some(rest) = above_dip(last, piece) {
            kept.push(rest);
            index += 1;
            continue;
        }
        let dip = dip(last, piece);
        let back = pieces[index..]
            .windows(2)
            .take_while(|pair| pair[1].start.since(last.end) <= LONGEST_FAULT)
            .position(|pair| {
                use_between(last, &pair[1], unit).is_some()
                    && (dip.is_some() || breaks_off(&pair[0], &pair[1], unit))
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

/// How far a piece begins below where the register had been, if that is little.
fn dip(last: &Piece, piece: &Piece) -> Option<u64> {
    let ((_, stood), (begins, _)) = last.register.zip(piece.register)?;
    stood.checked_sub(begins).filter(|depth| (1..=DIP).contains(depth))
}

/// A piece that begins in a dip and rises out of it, as far as it is above.
fn above_dip(last: &Piece, piece: &Piece) -> Option<Piece> {
    let depth = dip(last, piece)?;
    let ((_, stood), (_, ends)) = last.register.zip(piece.register)?;
    let rises_out = ends > stood && piece.amount > depth;
    rises_out.then(|| Piece {
        amount: piece.amount - depth,
        register: Some((stood, ends)),
        ..*piece
    })
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
        assert_eq!(used(&[5, 1_234_000, 1_234_100]), 100);
    }

    #[test]
    fn a_leap_that_stays_is_another_meter_however_long_one_looks() {
        let risen = |from: u64| (0..40).map(move |n| from + n * 300);
        let leap: Vec<_> = risen(9_000_000).chain(risen(10_500_000)).collect();
        assert_eq!(used(&leap), 2 * 39 * 300);
        let fall: Vec<_> = risen(9_000_000).chain(risen(0)).collect();
        assert_eq!(used(&fall), 2 * 39 * 300);
    }

    #[test]
    fn an_exchange_after_days_of_silence_is_no_rollover() {
        let old = Piece::reading((Moment::from_unix(0), 8_000_000));
        let new = Piece::reading((Moment::from_unix(3 * 86_400), 3_000));
        assert_eq!(use_between(&old, &new, Unit::WattHours), None);
    }

    #[test]
    fn a_dip_of_coarse_readings_counts_nothing_twice() {
        assert_eq!(used(&[1_567, 1_560, 1_568, 1_560, 1_570]), 3);
        let last = Piece::reading((Moment::from_unix(0), 500_105));
        let day = Piece {
            start: Moment::from_unix(60),
            end: Moment::from_unix(86_000),
            amount: 9_900,
            register: Some((500_100, 510_000)),
        };
        let kept = without_faults(&[last, day], Unit::WattHours);
        assert_eq!((kept.len(), kept[1].amount), (2, 9_895));
    }
}
