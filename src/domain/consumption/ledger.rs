//! Energy laid along the time line.

use super::piece::settle_gas;
use super::{Piece, bridge};
use crate::domain::gas::GasConversion;
use crate::domain::register::{Fuel, Unit};
use crate::domain::units::Moment;

/// Energy in parts of a watt-hour, [`GasConversion::SCALE`] to one, so that
/// shares of converted gas lose nothing before the end.
pub(super) type Parts = u128;

/// Readings this close together measure what lies between them: a half-hourly
/// feed with its jitter.
const MEASURED_PAUSE: i64 = 45 * 60;
/// Up to here a pause is shared out evenly and called estimated.
const ESTIMATED_PAUSE: i64 = 3 * 3_600;

/// How well a stretch is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    Measured,
    Estimated,
    /// The amount is known, but not when in the stretch it was used.
    Unlocated,
}

/// A stretch with its energy. Stretches of a ledger are in order and do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: Moment,
    pub(super) end: Moment,
    pub(super) parts: Parts,
    pub(super) certainty: Certainty,
}

impl Stretch {
    pub(super) fn seconds(&self) -> u128 {
        u128::from(self.end.since(self.start).max(0).unsigned_abs())
    }

    /// The stretch from its start up to a moment inside it.
    pub(super) fn parts_until(&self, at: Moment) -> Parts {
        let elapsed = u128::from(at.since(self.start).max(0).unsigned_abs());
        if elapsed >= self.seconds() { self.parts } else { self.parts * elapsed / self.seconds() }
    }
}

/// All that is known of one direction of one fuel, along the time line.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    stretches: Vec<Stretch>,
}

impl Ledger {
    /// Lays one stream's pieces, in order of time, side by side.
    #[must_use]
    pub fn new(pieces: &[Piece], fuel: Fuel, unit: Unit, gas: GasConversion) -> Self {
        let pieces = match fuel {
            Fuel::Electricity => pieces.to_vec(),
            Fuel::Gas => settle_gas(pieces),
        };
        let pieces = bridge::without_faults(&pieces, unit);
        let scale = |amount: u64| match unit {
            Unit::WattHours => u128::from(amount) * GasConversion::SCALE,
            Unit::Litres => gas.scaled_watt_hours(u128::from(amount)),
        };
        let mut ledger = Self { stretches: Vec::with_capacity(2 * pieces.len()) };
        for (index, piece) in pieces.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| pieces.get(before));
            if let Some(before) = before
                && let Some(amount) = bridge::use_between(before, piece, unit)
            {
                let pause = certainty_of_pause(piece.start.since(before.end));
                ledger.push(before.end, piece.start, scale(amount), pause);
            }
            ledger.push(piece.start, piece.end, scale(piece.amount), Certainty::Measured);
        }
        ledger
    }

    fn push(&mut self, start: Moment, end: Moment, parts: Parts, certainty: Certainty) {
        if start < end {
            self.stretches.push(Stretch { start, end, parts, certainty });
        } else if let Some(last) = self.stretches.last_mut() {
            // Two readings in one second: what lies between them is not lost.
            last.parts += parts;
        }
    }

    /// This ledger where it knows something, `lesser` elsewhere.
    #[must_use]
    pub fn over(self, lesser: &Self) -> Self {
        let mut both = self.yielding_to(lesser);
        let rest = lesser.outside(&both);
        both.stretches.extend(rest.stretches);
        both.stretches.sort_by_key(|stretch| stretch.start);
        both
    }

    /// This ledger without those of its unlocated stretches in which `lesser`
    /// knows more: a pause of one register must not hide another's readings.
    #[must_use]
    pub fn yielding_to(mut self, lesser: &Self) -> Self {
        self.stretches.retain(|stretch| {
            let first = lesser.stretches.partition_point(|other| other.end <= stretch.start);
            let inside = lesser.stretches[first..].iter().take_while(|o| o.start < stretch.end);
            let mut located = inside.filter(|other| other.certainty != Certainty::Unlocated);
            stretch.certainty != Certainty::Unlocated || located.next().is_none()
        });
        self
    }

    /// What this ledger knows of times that `taken` knows nothing of.
    #[must_use]
    pub fn outside(&self, taken: &Self) -> Self {
        if taken.stretches.is_empty() {
            return self.clone();
        }
        let mut free_from = Moment::from_unix(0);
        let mut gaps: Vec<_> = Vec::with_capacity(taken.stretches.len() + 1);
        for stretch in &taken.stretches {
            gaps.push((free_from, stretch.start));
            free_from = free_from.max(stretch.end);
        }
        gaps.push((free_from, Moment::from_unix(i64::MAX)));
        let mut stretches = Vec::new();
        let mut next = 0;
        for (from, to) in gaps {
            while let Some(stretch) = self.stretches.get(next).filter(|s| s.start < to) {
                stretches.extend(clip(stretch, from, to));
                if stretch.end > to {
                    break;
                }
                next += 1;
            }
        }
        Self { stretches }
    }

    pub(super) fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// Whether anything is known both before and after an interval.
    pub(super) fn spans(&self, start: Moment, end: Moment) -> bool {
        let (first, last) = (self.stretches.first(), self.stretches.last());
        first.is_some_and(|first| first.start <= start) && last.is_some_and(|last| last.end >= end)
    }
}

fn certainty_of_pause(seconds: i64) -> Certainty {
    match seconds {
        ..=MEASURED_PAUSE => Certainty::Measured,
        _ if seconds <= ESTIMATED_PAUSE => Certainty::Estimated,
        _ => Certainty::Unlocated,
    }
}

fn clip(stretch: &Stretch, from: Moment, to: Moment) -> Option<Stretch> {
    let (start, end) = (stretch.start.max(from), stretch.end.min(to));
    let whole = start == stretch.start && end == stretch.end;
    // Half of an unlocated amount is nobody's: it is not known which half.
    if start >= end || (stretch.certainty == Certainty::Unlocated && !whole) {
        return None;
    }
    let parts = stretch.parts_until(end) - stretch.parts_until(start);
    Some(Stretch { start, end, parts, certainty: stretch.certainty })
}
