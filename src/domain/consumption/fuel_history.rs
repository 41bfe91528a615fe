//! All streams of one fuel, combined into energy per interval.

use std::collections::BTreeMap;

use super::series::series;
use super::{EnergyTimeline, Segment, Series};
use crate::domain::document::{Month, Stream, Streams};
use crate::domain::gas::GasConversion;
use crate::domain::register::{Direction, Fuel, Register};
use crate::domain::units::Moment;

/// The streams of one fuel, each in order of time.
#[derive(Clone, Debug)]
pub struct FuelHistory {
    fuel: Fuel,
    gas: GasConversion,
    streams: Streams,
}

impl FuelHistory {
    #[must_use]
    pub const fn new(fuel: Fuel, gas: GasConversion) -> Self {
        Self { fuel, gas, streams: BTreeMap::new() }
    }

    /// Adds streams whose segments are later than the existing ones.
    pub fn add_streams(&mut self, streams: Streams) {
        for (stream, segments) in streams {
            self.streams.entry(stream).or_default().extend(segments);
        }
    }

    /// Adds the entries of the days of the month for which `wanted` returns true.
    pub fn add_month(&mut self, month: &Month, wanted: impl Fn(i8) -> bool) {
        for (_, streams) in month.days.iter().filter(|(day, _)| wanted(**day)) {
            for (stream, segments) in streams {
                self.streams.entry(*stream).or_default().extend(&segments.0);
            }
        }
    }

    /// The energy between adjacent boundaries. Supplier-stated half-hours take precedence over the
    /// total register, which takes precedence over the sum of the tariff registers.
    #[must_use]
    pub fn series(&self, direction: Direction, boundaries: &[Moment]) -> Series {
        let timelines_of = |wanted: &dyn Fn(Stream) -> bool| {
            let streams = self.streams.iter();
            let wanted = streams.filter(|(s, _)| s.direction() == direction && wanted(**s));
            wanted.map(|(stream, segments)| self.timeline(*stream, segments)).collect::<Vec<_>>()
        };
        let stated = timelines_of(&|stream| matches!(stream, Stream::SupplierStated(_)));
        let totals =
            timelines_of(&|stream| matches!(stream, Stream::Register(Register { tariff: 0, .. })));
        let tariffs = timelines_of(&|stream| {
            matches!(stream, Stream::Register(Register { tariff: 1.., .. }))
        });
        let best = stated.into_iter().chain(totals).reduce(|best, next| best.with_fallback(&next));
        let primary = tariffs
            .iter()
            .fold(best.unwrap_or_default(), EnergyTimeline::without_unlocated_spans_known_to);
        let others: Vec<_> =
            tariffs.iter().map(|timeline| timeline.clipped_to_gaps_of(&primary)).collect();
        series(&primary, &others, boundaries)
    }

    fn timeline(&self, stream: Stream, segments: &[Segment]) -> EnergyTimeline {
        EnergyTimeline::new(segments, self.fuel, stream.unit(), self.gas)
    }

    #[must_use]
    pub fn has_data(&self, direction: Direction) -> bool {
        self.streams.keys().any(|stream| stream.direction() == direction)
    }
}
