//! Periods whose energy is known.

use super::plausibility;
use crate::domain::register::{Fuel, Unit};
use crate::domain::units::Moment;

/// The value of a register at a moment.
pub(super) type Reading = (Moment, u64);

/// A period of one stream (a register, or supplier-stated half-hours) whose consumption is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub start: Moment,
    /// Equal to `start` for a single reading.
    pub end: Moment,
    /// The consumption between `start` and `end`, in the stream's unit.
    pub amount: u64,
    /// The value of the register at `start` and at `end`; `None` for supplier-stated consumption.
    pub register: Option<(u64, u64)>,
}

impl Segment {
    #[must_use]
    pub const fn reading((at, value): Reading) -> Self {
        Self { start: at, end: at, amount: 0, register: Some((value, value)) }
    }

    /// Consumption that a supplier states for a period.
    #[must_use]
    pub const fn stated(start: Moment, end: Moment, watt_hours: u64) -> Self {
        Self { start, end, amount: watt_hours, register: None }
    }

    /// Two readings of one register: one segment if consumption can explain the difference, otherwise
    /// one segment for each reading.
    pub fn between(first: Reading, last: Reading, unit: Unit) -> impl Iterator<Item = Self> {
        let (a, b) = (Self::reading(first), Self::reading(last));
        let joined =
            (first != last).then(|| plausibility::consumption_between(&a, &b, unit)).flatten();
        let segments = match joined {
            _ if first == last => [Some(a), None],
            Some(amount) => [Some(a.joined_with(&b, amount)), None],
            None => [Some(a), Some(b)],
        };
        segments.into_iter().flatten()
    }

    /// Whether the register did not change.
    pub(super) fn is_flat(&self) -> bool {
        self.amount == 0 && self.register.is_some_and(|(from, to)| from == to)
    }

    /// Joins this segment and a later one, with the consumption `between` them.
    pub(super) fn joined_with(&self, later: &Self, between: u64) -> Self {
        Self {
            start: self.start,
            end: later.end,
            amount: self.amount.saturating_add(between).saturating_add(later.amount),
            register: self.register.zip(later.register).map(|((from, _), (_, to))| (from, to)),
        }
    }
}

/// Joins adjacent segments of a stream where this loses no information. The first and the last
/// reading are kept.
///
/// `boundaries` are the moments at which another stream starts or stops taking precedence; segments
/// are not joined across them. For gas, the flat segments at both ends stay separate, because
/// `correct_gas_timing` needs them together with those of the adjacent day.
#[must_use]
pub fn condense(
    segments: &[Segment],
    fuel: Fuel,
    unit: Unit,
    boundaries: &[Moment],
) -> Vec<Segment> {
    let segments = match fuel {
        Fuel::Electricity => segments.to_vec(),
        Fuel::Gas => merge_flat_runs(segments),
    };
    let segments = plausibility::without_faulty_readings(&segments, unit);
    let count = segments.len();
    let mut kept: Vec<Segment> = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let stays_separate = fuel == Fuel::Gas
            && ((index == count - 1 && segment.is_flat())
                || (index == 1 && kept.first().is_some_and(Segment::is_flat)));
        let crosses_boundary =
            |last: &Segment| boundaries.iter().any(|b| last.end < *b && *b <= segment.start);
        match kept.last_mut() {
            Some(last) if !stays_separate && !crosses_boundary(last) => {
                match plausibility::consumption_between(last, segment, unit) {
                    Some(amount) => *last = last.joined_with(segment, amount),
                    None => kept.push(*segment),
                }
            }
            _ => kept.push(*segment),
        }
    }
    kept
}

/// Joins consecutive readings of the same value into one flat segment.
fn merge_flat_runs(segments: &[Segment]) -> Vec<Segment> {
    let mut merged: Vec<Segment> = Vec::new();
    for segment in segments {
        match merged.last_mut() {
            Some(last)
                if last.is_flat() && segment.is_flat() && last.register == segment.register =>
            {
                last.end = segment.end;
            }
            _ => merged.push(*segment),
        }
    }
    merged
}

/// The interval in seconds at which a gas meter wakes to publish a new value.
const GAS_PUBLISHING_INTERVAL: i64 = 1_800;

/// Assigns gas consumption to the time at which the gas was burnt.
///
/// The meter sleeps and publishes every 30 minutes, but devices repeat the old value with each
/// message. Gas first reported at 11:00:40 was burnt since 10:30:40, not since the last repeat at
/// 11:00:30. Therefore a flat segment before a rise ends one publishing interval before the rise.
pub(super) fn correct_gas_timing(segments: &[Segment]) -> Vec<Segment> {
    let mut corrected = merge_flat_runs(segments);
    for index in 1..corrected.len() {
        let (value, start) = (corrected[index].register.map(|r| r.0), corrected[index].start);
        let before = &mut corrected[index - 1];
        let rises = before.register.map(|r| r.1) < value;
        if rises && before.is_flat() {
            before.end = before.end.min(start.plus(-GAS_PUBLISHING_INTERVAL)).max(before.start);
        }
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(minute: i64, value: u64) -> Segment {
        Segment::reading((Moment::from_unix(minute * 60), value))
    }

    #[test]
    fn repeated_gas_readings_do_not_shift_consumption_to_the_next_half_hour() {
        // 100 until 10:59, 400 first seen at 11:00: burnt between 10:30 and 11:00.
        let segments: Vec<_> = (600..660).step_by(10).map(|m| reading(m, 100)).collect();
        let segments = [segments, vec![reading(660, 400)]].concat();
        let corrected = correct_gas_timing(&segments);
        assert_eq!(corrected.len(), 2);
        assert_eq!(corrected[0].end, Moment::from_unix(630 * 60));
    }

    #[test]
    fn a_condensed_day_keeps_its_first_and_last_reading() {
        let segments: Vec<_> = (0..48).map(|n| reading(n * 30, 1_000 + n as u64 * 250)).collect();
        let day = condense(&segments, Fuel::Electricity, Unit::WattHours, &[]);
        assert_eq!(day.len(), 1);
        assert_eq!(day[0].amount, 47 * 250);
        assert_eq!(day[0].register, Some((1_000, 1_000 + 47 * 250)));
        let halves =
            condense(&segments, Fuel::Electricity, Unit::WattHours, &[Moment::from_unix(36_000)]);
        assert_eq!(halves.len(), 2);
    }
}
