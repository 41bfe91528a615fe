//! A stretch of time whose energy is known.

use super::bridge;
use crate::domain::register::{Fuel, Unit};
use crate::domain::units::Moment;

/// A register's position at a moment.
pub(super) type Point = (Moment, u64);

/// A stretch of one stream (a register, or what a supplier states) whose
/// consumption is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its first moment.
    pub start: Moment,
    /// Its last moment; the same as `start` for a single reading.
    pub end: Moment,
    /// What went through between the two, in the stream's unit.
    pub amount: u64,
    /// Where the register stood at both ends; `None` for stated consumption.
    pub register: Option<(u64, u64)>,
}

impl Piece {
    /// A single reading.
    #[must_use]
    pub const fn reading((at, value): Point) -> Self {
        Self { start: at, end: at, amount: 0, register: Some((value, value)) }
    }

    /// Consumption that a supplier states for a stretch of time.
    #[must_use]
    pub const fn stated(start: Moment, end: Moment, watt_hours: u64) -> Self {
        Self { start, end, amount: watt_hours, register: None }
    }

    /// Two readings of one register: one piece when the second can follow the
    /// first, otherwise both readings by themselves.
    pub fn between(first: Point, last: Point, unit: Unit) -> impl Iterator<Item = Self> {
        let (a, b) = (Self::reading(first), Self::reading(last));
        let joined = (first != last).then(|| bridge::use_between(&a, &b, unit)).flatten();
        let pieces = match joined {
            _ if first == last => [Some(a), None],
            Some(amount) => [Some(a.joined(&b, amount)), None],
            None => [Some(a), Some(b)],
        };
        pieces.into_iter().flatten()
    }

    /// Whether the register did not move in it.
    pub(super) fn is_flat(&self) -> bool {
        self.amount == 0 && self.register.is_some_and(|(from, to)| from == to)
    }

    /// This piece and a later one as one, with `between` used in the pause.
    pub(super) fn joined(&self, later: &Self, between: u64) -> Self {
        Self {
            start: self.start,
            end: later.end,
            amount: self.amount.saturating_add(between).saturating_add(later.amount),
            register: self.register.zip(later.register).map(|((from, _), (_, to))| (from, to)),
        }
    }
}

/// The same stream in fewer pieces: neighbours become one where nothing is
/// lost by it, so that the first and the last reading stay what they were.
///
/// `breaks` are moments at which another stream takes over or hands back; no
/// piece grows across one. Gas keeps the flat stretches at both ends apart,
/// because `settle_gas` has to see them together with the neighbouring day's.
#[must_use]
pub fn condense(pieces: &[Piece], fuel: Fuel, unit: Unit, breaks: &[Moment]) -> Vec<Piece> {
    let pieces = match fuel {
        Fuel::Electricity => pieces.to_vec(),
        Fuel::Gas => merge_flats(pieces),
    };
    let pieces = bridge::without_faults(&pieces, unit);
    let count = pieces.len();
    let mut kept: Vec<Piece> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let apart = fuel == Fuel::Gas
            && ((index == count - 1 && piece.is_flat())
                || (index == 1 && kept.first().is_some_and(Piece::is_flat)));
        let across = |last: &Piece| breaks.iter().any(|b| last.end < *b && *b <= piece.start);
        match kept.last_mut() {
            Some(last) if !apart && !across(last) => match bridge::use_between(last, piece, unit) {
                Some(amount) => *last = last.joined(piece, amount),
                None => kept.push(*piece),
            },
            _ => kept.push(*piece),
        }
    }
    kept
}

/// Runs of readings at one value as single flat pieces.
fn merge_flats(pieces: &[Piece]) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::new();
    for piece in pieces {
        match merged.last_mut() {
            Some(last) if last.is_flat() && piece.is_flat() && last.register == piece.register => {
                last.end = piece.end;
            }
            _ => merged.push(*piece),
        }
    }
    merged
}

/// How often a gas meter wakes to publish a new value, in seconds.
const GAS_CADENCE: i64 = 1_800;

/// Puts gas where it was burnt.
///
/// The meter sleeps and publishes every 30 minutes, yet devices repeat the old
/// value with each message. A value first seen at 11:00:40 was used since
/// 10:30:40, not since the last repeat at 11:00:30: so a flat stretch before a
/// rise ends one cadence before it.
pub(super) fn settle_gas(pieces: &[Piece]) -> Vec<Piece> {
    let mut settled = merge_flats(pieces);
    for index in 1..settled.len() {
        let (value, start) = (settled[index].register.map(|r| r.0), settled[index].start);
        let before = &mut settled[index - 1];
        let rises = before.register.map(|r| r.1) < value;
        if rises && before.is_flat() {
            before.end = before.end.min(start.plus(-GAS_CADENCE)).max(before.start);
        }
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(minute: i64, value: u64) -> Piece {
        Piece::reading((Moment::from_unix(minute * 60), value))
    }

    #[test]
    fn gas_repeats_do_not_move_use_into_the_next_half_hour() {
        // 100 until 10:59, 400 first seen at 11:00: burnt between 10:30 and 11:00.
        let pieces: Vec<_> = (600..660).step_by(10).map(|m| reading(m, 100)).collect();
        let pieces = [pieces, vec![reading(660, 400)]].concat();
        let settled = settle_gas(&pieces);
        assert_eq!(settled.len(), 2);
        assert_eq!(settled[0].end, Moment::from_unix(630 * 60));
    }

    #[test]
    fn a_condensed_day_keeps_its_first_and_last_reading() {
        let pieces: Vec<_> = (0..48).map(|n| reading(n * 30, 1_000 + n as u64 * 250)).collect();
        let day = condense(&pieces, Fuel::Electricity, Unit::WattHours, &[]);
        assert_eq!(day.len(), 1);
        assert_eq!(day[0].amount, 47 * 250);
        assert_eq!(day[0].register, Some((1_000, 1_000 + 47 * 250)));
        let halves =
            condense(&pieces, Fuel::Electricity, Unit::WattHours, &[Moment::from_unix(36_000)]);
        assert_eq!(halves.len(), 2);
    }
}
