//! Decides what happened between two adjacent segments of a register.

use super::Segment;
use crate::domain::register::Unit;

/// The most that a home can use in one hour: 100 kWh (three phases at 100 A carry 69 kW) or 25 m3 of
/// gas (a U16 meter passes 16 m3/h).
const fn peak_per_hour(unit: Unit) -> u64 {
    match unit {
        Unit::WattHours => 100_000,
        Unit::Litres => 25_000,
    }
}

/// The most that a home uses over many hours, per hour: 10 kWh or 5 m3.
const fn sustained_per_hour(unit: Unit) -> u64 {
    match unit {
        Unit::WattHours => 10_000,
        Unit::Litres => 5_000,
    }
}

/// The longest duration of a peak, in seconds.
const LONGEST_PEAK: u64 = 3 * 3_600;

/// Allowed in addition, whatever the time between two readings: some registers are coarse, and a gas
/// meter publishes the volume of a half-hour at once.
const fn tolerance(unit: Unit) -> u64 {
    match unit {
        Unit::WattHours => 1_000,
        Unit::Litres => 12_500,
    }
}

/// The largest dip caused by sources of different resolution, for example when one source reports
/// tens of Wh and another single Wh.
const LARGEST_DIP: u64 = 1_000;

/// The values at which domestic registers roll over to zero, in the smallest unit.
const ROLLOVER_MODULI: [u64; 5] =
    [10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000];

/// The longest fault, in seconds, that is recognised by the register's return to its course: one
/// day.
const LONGEST_FAULT: i64 = 86_400;

/// The consumption between the end of one segment and the start of a later one.
///
/// Returns `None` if consumption cannot explain the change of the register: the meter was exchanged,
/// or one of the two segments is a fault. Supplier-stated consumption has no register to compare, so
/// the consumption between it and an adjacent segment is unknown.
pub(super) fn consumption_between(earlier: &Segment, later: &Segment, unit: Unit) -> Option<u64> {
    let ((_, from), (to, _)) = earlier.register.zip(later.register)?;
    let seconds = later.start.since(earlier.end).max(0).unsigned_abs();
    match to.checked_sub(from) {
        Some(amount) => Some(amount).filter(|amount| *amount <= largest_plausible(unit, seconds)),
        None => ROLLOVER_MODULI
            .iter()
            .filter_map(|modulus| Some(modulus.checked_sub(from)?.saturating_add(to)))
            .find(|amount| *amount <= largest_plausible_over_rollover(unit, seconds)),
    }
}

fn largest_plausible(unit: Unit, seconds: u64) -> u64 {
    let peak_seconds = seconds.min(LONGEST_PEAK);
    let at_peak = peak_seconds * peak_per_hour(unit) / 3_600;
    let after = (seconds - peak_seconds).saturating_mul(sustained_per_hour(unit)) / 3_600;
    tolerance(unit).saturating_add(at_peak).saturating_add(after)
}

/// The limit is lower for a register that falls, because the register of an exchanged meter falls
/// too. Only a register within a few units of 10^n can have rolled over.
fn largest_plausible_over_rollover(unit: Unit, seconds: u64) -> u64 {
    2 * tolerance(unit) + seconds.min(LONGEST_PEAK) * sustained_per_hour(unit) / 3_600
}

/// Removes readings that are caused by a fault: the register jumps away from its course and jumps
/// back to it within a day. If it stays on the new course, the meter was exchanged.
pub(super) fn without_faulty_readings(segments: &[Segment], unit: Unit) -> Vec<Segment> {
    let mut kept: Vec<Segment> = Vec::with_capacity(segments.len());
    let mut index = 0;
    while let Some(segment) = segments.get(index) {
        let Some(last) = kept.last().filter(|last| is_discontinuous(last, segment, unit)) else {
            kept.push(*segment);
            index += 1;
            continue;
        };
        if let Some(rest) = part_above_dip(last, segment) {
            kept.push(rest);
            index += 1;
            continue;
        }
        let depth = dip_depth(last, segment);
        let recovery = segments[index..]
            .windows(2)
            .take_while(|pair| pair[1].start.since(last.end) <= LONGEST_FAULT)
            .position(|pair| {
                consumption_between(last, &pair[1], unit).is_some()
                    && (depth.is_some() || is_discontinuous(&pair[0], &pair[1], unit))
            });
        match recovery {
            Some(distance) => index += distance + 1,
            None => {
                kept.push(*segment);
                index += 1;
            }
        }
    }
    kept
}

/// How far a segment starts below the end of the previous one, if that is within [`LARGEST_DIP`].
fn dip_depth(last: &Segment, segment: &Segment) -> Option<u64> {
    let ((_, previous_end), (start, _)) = last.register.zip(segment.register)?;
    previous_end.checked_sub(start).filter(|depth| (1..=LARGEST_DIP).contains(depth))
}

/// The part of a segment that is above the previous register value, if the segment starts in a dip
/// and rises out of it.
fn part_above_dip(last: &Segment, segment: &Segment) -> Option<Segment> {
    let depth = dip_depth(last, segment)?;
    let ((_, previous_end), (_, end)) = last.register.zip(segment.register)?;
    let rises_out = end > previous_end && segment.amount > depth;
    rises_out.then(|| Segment {
        amount: segment.amount - depth,
        register: Some((previous_end, end)),
        ..*segment
    })
}

fn is_discontinuous(earlier: &Segment, later: &Segment, unit: Unit) -> bool {
    earlier.register.is_some()
        && later.register.is_some()
        && consumption_between(earlier, later, unit).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::units::Moment;

    fn readings(values: &[u64]) -> Vec<Segment> {
        values
            .iter()
            .zip(0..)
            .map(|(value, n)| Segment::reading((Moment::from_unix(n * 1_800), *value)))
            .collect()
    }

    fn used(values: &[u64]) -> u64 {
        let segments = without_faulty_readings(&readings(values), Unit::WattHours);
        segments.windows(2).filter_map(|w| consumption_between(&w[0], &w[1], Unit::WattHours)).sum()
    }

    #[test]
    fn replacing_a_meter_adds_no_consumption() {
        assert_eq!(used(&[5_000_000, 5_000_100, 40, 90]), 150);
        assert_eq!(used(&[100, 200, 90_000_000, 90_000_050]), 150);
    }

    #[test]
    fn a_register_rollover_counts_as_consumption() {
        assert_eq!(used(&[99_999_900, 60]), 160);
        assert_eq!(used(&[9_999_999_990, 5]), 15);
    }

    #[test]
    fn faulty_readings_are_dropped_once_the_register_recovers() {
        assert_eq!(used(&[500_000, 500_100, 7, 500_300]), 300);
        assert_eq!(used(&[500_000, 900_000_000, 900_000_001, 500_300]), 300);
        assert_eq!(used(&[500_000, 499_000, 499_001, 500_300]), 300);
    }

    #[test]
    fn implausible_values_in_any_order_cause_no_spike() {
        assert!(used(&[u64::MAX, 0, u64::MAX, 1]) <= 1);
        assert!(used(&[1, 1 << 47, 5, 1 << 47]) <= 10);
        assert_eq!(used(&[5, 1_234_000, 1_234_100]), 100);
    }

    #[test]
    fn a_permanent_jump_is_treated_as_a_meter_replacement() {
        let risen = |from: u64| (0..40).map(move |n| from + n * 300);
        let leap: Vec<_> = risen(9_000_000).chain(risen(10_500_000)).collect();
        assert_eq!(used(&leap), 2 * 39 * 300);
        let fall: Vec<_> = risen(9_000_000).chain(risen(0)).collect();
        assert_eq!(used(&fall), 2 * 39 * 300);
    }

    #[test]
    fn a_meter_replaced_after_days_without_readings_is_not_a_rollover() {
        let old = Segment::reading((Moment::from_unix(0), 8_000_000));
        let new = Segment::reading((Moment::from_unix(3 * 86_400), 3_000));
        assert_eq!(consumption_between(&old, &new, Unit::WattHours), None);
    }

    #[test]
    fn coarse_readings_below_the_register_are_not_counted_twice() {
        assert_eq!(used(&[1_567, 1_560, 1_568, 1_560, 1_570]), 3);
        let last = Segment::reading((Moment::from_unix(0), 500_105));
        let day = Segment {
            start: Moment::from_unix(60),
            end: Moment::from_unix(86_000),
            amount: 9_900,
            register: Some((500_100, 510_000)),
        };
        let kept = without_faulty_readings(&[last, day], Unit::WattHours);
        assert_eq!((kept.len(), kept[1].amount), (2, 9_895));
    }
}
