//! From days to streams of pieces, and from those to a month's entry.

use std::collections::{BTreeMap, BTreeSet};

use super::day::Day;
use super::month::{Pieces, Stream};
use super::slot::Slot;
use crate::domain::calendar::HALF_HOUR;
use crate::domain::consumption::{Piece, condense};
use crate::domain::register::{Direction, Fuel, Register};
use crate::domain::units::Moment;

/// Pieces of each stream, in order of time.
pub type Streams = BTreeMap<Stream, Vec<Piece>>;

/// What days (in order) say about a stretch of time: whole slots only.
#[must_use]
pub fn day_streams<'a>(days: impl Iterator<Item = &'a Day>, from: Moment, to: Moment) -> Streams {
    let mut streams = Streams::new();
    for day in days {
        let wanted = |slot: u8| {
            let start = day.slot_start(slot);
            (from <= start && start < to).then_some(start)
        };
        for (register, slots) in &day.registers {
            let pieces = slots.0.iter().filter_map(|(number, slot)| Some((wanted(*number)?, slot)));
            let pieces =
                pieces.flat_map(|(start, slot)| slot_pieces(day.fuel, *register, start, slot));
            streams.entry(Stream::Register(*register)).or_default().extend(pieces);
        }
        for (direction, stated) in &day.stated {
            let pieces = stated.iter().filter_map(|(slot, watt_hours)| {
                let start = wanted(slot)?;
                Some(Piece::stated(start, start.plus(HALF_HOUR), watt_hours))
            });
            streams.entry(Stream::Stated(*direction)).or_default().extend(pieces);
        }
    }
    streams.retain(|_, pieces| !pieces.is_empty());
    streams
}

fn slot_pieces(
    fuel: Fuel,
    register: Register,
    start: Moment,
    slot: &Slot,
) -> impl Iterator<Item = Piece> {
    let point = |(second, value): (u16, u64)| (start.plus(i64::from(second)), value);
    let (first, last) = (point(slot.first), point(slot.last));
    match fuel {
        Fuel::Electricity => Piece::between(first, last, register.unit).collect::<Vec<_>>(),
        // Readings stay apart, because it is not known when between them the meter woke.
        Fuel::Gas if first == last => vec![Piece::reading(first)],
        Fuel::Gas => vec![Piece::reading(first), Piece::reading(last)],
    }
    .into_iter()
}

/// The moments at which one stream takes over from another: where stated
/// half-hours begin or end, and where tariff registers stand in for the total.
#[must_use]
pub fn breaks(streams: &Streams, direction: Direction) -> Vec<Moment> {
    let half_hour = |at: Moment| at.unix().div_euclid(HALF_HOUR);
    let mut stated = BTreeSet::new();
    let (mut total, mut tariffs) = (BTreeSet::new(), BTreeSet::new());
    for (stream, pieces) in streams.iter().filter(|(stream, _)| stream.direction() == direction) {
        let slots = pieces.iter().map(|piece| half_hour(piece.start));
        match stream {
            Stream::Stated(_) => stated.extend(slots),
            Stream::Register(Register { tariff: 0, .. }) => total.extend(slots),
            Stream::Register(_) => tariffs.extend(slots),
        }
    }
    let mut breaks = edges(&stated);
    if !total.is_empty() && !tariffs.is_empty() {
        breaks.extend(edges(&total));
    }
    breaks.into_iter().map(|slot| Moment::from_unix(slot * HALF_HOUR)).collect()
}

fn edges(slots: &BTreeSet<i64>) -> BTreeSet<i64> {
    let begins = slots.iter().copied().filter(|slot| !slots.contains(&(slot - 1)));
    let ends = slots.iter().map(|slot| slot + 1).filter(|slot| !slots.contains(slot));
    begins.chain(ends).collect()
}

/// One local day's entry in its month: each stream in as few pieces as keep
/// every figure that days and longer periods show.
#[must_use]
pub fn month_entry(fuel: Fuel, streams: &Streams) -> BTreeMap<Stream, Pieces> {
    streams
        .iter()
        .map(|(stream, pieces)| {
            let pieces = match stream {
                Stream::Stated(_) => join_stated(pieces),
                Stream::Register(register) => {
                    condense(pieces, fuel, register.unit, &breaks(streams, register.direction))
                }
            };
            (*stream, Pieces(pieces))
        })
        .collect()
}

fn join_stated(pieces: &[Piece]) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if last.end == piece.start => {
                last.end = piece.end;
                last.amount = last.amount.saturating_add(piece.amount);
            }
            _ => joined.push(*piece),
        }
    }
    joined
}
