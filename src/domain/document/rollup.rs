//! Turns days into streams of segments, and streams into the entries of a month.

use std::collections::{BTreeMap, BTreeSet};

use super::day::Day;
use super::month::{Segments, Stream};
use super::slot::Slot;
use crate::domain::calendar::HALF_HOUR;
use crate::domain::consumption::{Segment, condense};
use crate::domain::register::{Direction, Fuel, Register};
use crate::domain::units::Moment;

/// The segments of each stream, in order of time.
pub type Streams = BTreeMap<Stream, Vec<Segment>>;

/// Returns the streams of a period. `days` are in order of time. A slot is included if it starts in the
/// period.
#[must_use]
pub fn day_streams<'a>(days: impl Iterator<Item = &'a Day>, from: Moment, to: Moment) -> Streams {
    let mut streams = Streams::new();
    for day in days {
        let wanted = |slot: u8| {
            let start = day.slot_start(slot);
            (from <= start && start < to).then_some(start)
        };
        for (register, slots) in &day.registers {
            let segments =
                slots.0.iter().filter_map(|(number, slot)| Some((wanted(*number)?, slot)));
            let segments =
                segments.flat_map(|(start, slot)| slot_segments(day.fuel, *register, start, slot));
            streams.entry(Stream::Register(*register)).or_default().extend(segments);
        }
        for (direction, stated) in &day.stated {
            let segments = stated.iter().filter_map(|(slot, watt_hours)| {
                let start = wanted(slot)?;
                Some(Segment::stated(start, start.plus(HALF_HOUR), watt_hours))
            });
            streams.entry(Stream::SupplierStated(*direction)).or_default().extend(segments);
        }
    }
    streams.retain(|_, segments| !segments.is_empty());
    streams
}

fn slot_segments(
    fuel: Fuel,
    register: Register,
    start: Moment,
    slot: &Slot,
) -> impl Iterator<Item = Segment> {
    let reading = |(second, value): (u16, u64)| (start.plus(i64::from(second)), value);
    let (first, last) = (reading(slot.first), reading(slot.last));
    match fuel {
        Fuel::Electricity => Segment::between(first, last, register.unit).collect::<Vec<_>>(),
        // Readings stay separate, because it is unknown when the meter woke between them.
        Fuel::Gas if first == last => vec![Segment::reading(first)],
        Fuel::Gas => vec![Segment::reading(first), Segment::reading(last)],
    }
    .into_iter()
}

/// The moments at which one stream starts or stops taking precedence over another: the start and end
/// of runs of supplier-stated half-hours, and of runs in which tariff registers replace the total.
#[must_use]
pub fn stream_boundaries(streams: &Streams, direction: Direction) -> Vec<Moment> {
    let half_hour = |at: Moment| at.unix().div_euclid(HALF_HOUR);
    let mut stated = BTreeSet::new();
    let (mut total, mut tariffs) = (BTreeSet::new(), BTreeSet::new());
    for (stream, segments) in streams.iter().filter(|(stream, _)| stream.direction() == direction) {
        let slots = segments.iter().map(|segment| half_hour(segment.start));
        match stream {
            Stream::SupplierStated(_) => stated.extend(slots),
            Stream::Register(Register { tariff: 0, .. }) => total.extend(slots),
            Stream::Register(_) => tariffs.extend(slots),
        }
    }
    let mut boundaries = run_edges(&stated);
    if !total.is_empty() && !tariffs.is_empty() {
        boundaries.extend(run_edges(&total));
    }
    boundaries.into_iter().map(|slot| Moment::from_unix(slot * HALF_HOUR)).collect()
}

fn run_edges(slots: &BTreeSet<i64>) -> BTreeSet<i64> {
    let begins = slots.iter().copied().filter(|slot| !slots.contains(&(slot - 1)));
    let ends = slots.iter().map(|slot| slot + 1).filter(|slot| !slots.contains(slot));
    begins.chain(ends).collect()
}

/// Returns the entry of a local day in its month. Segments are joined where this does not change the
/// figures of days and longer periods.
#[must_use]
pub fn month_entry(fuel: Fuel, streams: &Streams) -> BTreeMap<Stream, Segments> {
    streams
        .iter()
        .map(|(stream, segments)| {
            let segments = match stream {
                Stream::SupplierStated(_) => join_adjacent(segments),
                Stream::Register(register) => condense(
                    segments,
                    fuel,
                    register.unit,
                    &stream_boundaries(streams, register.direction),
                ),
            };
            (*stream, Segments(segments))
        })
        .collect()
}

fn join_adjacent(segments: &[Segment]) -> Vec<Segment> {
    let mut joined: Vec<Segment> = Vec::new();
    for segment in segments {
        match joined.last_mut() {
            Some(last) if last.end == segment.start => {
                last.end = segment.end;
                last.amount = last.amount.saturating_add(segment.amount);
            }
            _ => joined.push(*segment),
        }
    }
    joined
}
