//! Energy per interval.

use super::timeline::{Certainty, EnergySpan, EnergyTimeline, ScaledWattHours};
use crate::domain::gas::GasConversion;
use crate::domain::units::{Moment, WattHours};

/// How reliably the energy of an interval is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// There are readings close to both ends, or a supplier states the value.
    Measured,
    /// Part of the energy is distributed evenly over a gap between readings, or part of the interval
    /// is unknown.
    Estimated,
    Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub start: Moment,
    /// The first moment after the interval.
    pub end: Moment,
    /// `None` if it is unknown.
    pub energy: Option<WattHours>,
    pub quality: Quality,
}

/// A period divided into intervals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// In order of time, without gaps.
    pub intervals: Vec<Interval>,
    /// The energy of the whole period. It includes energy whose time within the period is unknown, so
    /// it may exceed the sum of the intervals.
    pub total: Option<WattHours>,
}

/// An interval is estimated if more than one part in this many of it is unknown.
const UNKNOWN_SHARE: u128 = 100;

/// The energy of each interval between adjacent `boundaries`, and of the whole period. The energy of
/// `primary` is used where it is known; elsewhere the `others` are added up, for example the two
/// registers of an Economy 7 meter.
#[must_use]
pub(super) fn series(
    primary: &EnergyTimeline,
    others: &[EnergyTimeline],
    boundaries: &[Moment],
) -> Series {
    let period: Vec<_> = boundaries.first().into_iter().chain(boundaries.last()).copied().collect();
    let total = intervals(primary, others, &period).first().and_then(|period| period.energy);
    Series { intervals: intervals(primary, others, boundaries), total }
}

fn intervals(
    primary: &EnergyTimeline,
    others: &[EnergyTimeline],
    boundaries: &[Moment],
) -> Vec<Interval> {
    let mut intervals = per_interval(primary, boundaries);
    let from_primary: Vec<_> = intervals.iter().map(|interval| interval.energy.is_some()).collect();
    for other in others {
        for (interval, found) in intervals.iter_mut().zip(per_interval(other, boundaries)) {
            add_energy(interval, found);
        }
    }
    for (interval, from_primary) in intervals.iter_mut().zip(from_primary) {
        if !from_primary {
            lower_quality_if_incomplete(interval, others);
        }
    }
    intervals
}

const fn missing(start: Moment, end: Moment) -> Interval {
    Interval { start, end, energy: None, quality: Quality::Missing }
}

fn add_energy(interval: &mut Interval, found: Interval) {
    let Some(energy) = found.energy else { return };
    interval.quality = match interval.energy {
        None => found.quality,
        Some(_) => interval.quality.max(found.quality),
    };
    let before = interval.energy.map_or(0, |before| before.0);
    interval.energy = Some(WattHours(before.saturating_add(energy.0)));
}

/// A register without readings in the interval may have counted energy that the others did not. The
/// sum of the others is then a lower bound, and a sum of zero is no information.
fn lower_quality_if_incomplete(interval: &mut Interval, timelines: &[EnergyTimeline]) {
    let has_gap = |timeline: &&EnergyTimeline| {
        let found = per_interval(timeline, &[interval.start, interval.end]);
        let is_unknown = found.first().is_none_or(|found| found.energy.is_none());
        is_unknown && timeline.encloses(interval.start, interval.end)
    };
    if interval.energy.is_none() || !timelines.iter().any(|timeline| has_gap(&timeline)) {
        return;
    }
    if interval.energy == Some(WattHours(0)) {
        *interval = missing(interval.start, interval.end);
    } else {
        interval.quality = Quality::Estimated;
    }
}

/// Walks boundaries and spans together. The running total is rounded at each boundary, so that the
/// intervals of a period add up to its total exactly.
fn per_interval(timeline: &EnergyTimeline, boundaries: &[Moment]) -> Vec<Interval> {
    let spans = timeline.spans();
    let first_boundary = boundaries.first().copied().unwrap_or(Moment::from_unix(0));
    let mut next = spans.partition_point(|span| span.end <= first_boundary);
    let mut running: ScaledWattHours = match spans.get(next) {
        Some(span) if span.start < first_boundary && span.certainty != Certainty::Unlocated => {
            span.scaled_wh_until(first_boundary) % GasConversion::SCALE
        }
        _ => 0,
    };
    let mut found = Vec::with_capacity(boundaries.len());
    for pair in boundaries.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let mut accumulator = IntervalAccumulator::default();
        while let Some(span) = spans.get(next) {
            if span.start >= end {
                break;
            }
            accumulator.add(span, start, end);
            if span.end > end {
                break;
            }
            next += 1;
        }
        let before = running / GasConversion::SCALE;
        running += accumulator.scaled_wh;
        let energy = running / GasConversion::SCALE - before
            + accumulator.unlocated_scaled_wh / GasConversion::SCALE;
        found.push(accumulator.interval(start, end, energy));
    }
    found
}

#[derive(Default)]
struct IntervalAccumulator {
    scaled_wh: ScaledWattHours,
    unlocated_scaled_wh: ScaledWattHours,
    known_seconds: u128,
    estimated: bool,
}

impl IntervalAccumulator {
    fn add(&mut self, span: &EnergySpan, start: Moment, end: Moment) {
        if span.certainty == Certainty::Unlocated {
            if start <= span.start && span.end <= end {
                self.unlocated_scaled_wh += span.scaled_wh;
                self.known_seconds += span.seconds();
            }
            return;
        }
        let (from, to) = (span.start.max(start), span.end.min(end));
        self.scaled_wh += span.scaled_wh_until(to) - span.scaled_wh_until(from);
        self.known_seconds += u128::from(to.since(from).max(0).unsigned_abs());
        // The energy of a gap that is inside the interval as a whole is exact.
        let is_contained = start <= span.start && span.end <= end;
        self.estimated |= span.certainty == Certainty::Estimated && !is_contained;
    }

    fn interval(&self, start: Moment, end: Moment, energy: u128) -> Interval {
        let seconds = u128::from(end.since(start).max(0).unsigned_abs());
        let unknown = seconds.saturating_sub(self.known_seconds);
        if self.known_seconds == 0 {
            return missing(start, end);
        }
        let is_partial = unknown * UNKNOWN_SHARE > seconds;
        Interval {
            start,
            end,
            energy: Some(WattHours(u64::try_from(energy).unwrap_or(u64::MAX))),
            quality: if is_partial || self.estimated {
                Quality::Estimated
            } else {
                Quality::Measured
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Segment;
    use super::*;

    use crate::domain::register::{Fuel, Unit};

    const HALF_HOUR: i64 = 1_800;

    fn timeline(readings: &[(i64, u64)]) -> EnergyTimeline {
        let segments: Vec<_> = readings
            .iter()
            .map(|(at, value)| Segment::reading((Moment::from_unix(*at), *value)))
            .collect();
        EnergyTimeline::new(&segments, Fuel::Electricity, Unit::WattHours, GasConversion::default())
    }

    fn boundaries(from: i64, count: i64, step: i64) -> Vec<Moment> {
        (0..=count).map(|n| Moment::from_unix(from + n * step)).collect()
    }

    fn energies(series: &Series) -> Vec<Option<u64>> {
        series.intervals.iter().map(|interval| interval.energy.map(|e| e.0)).collect()
    }

    #[test]
    fn readings_on_the_half_hour_give_their_difference() {
        let readings = [(0, 1_000), (1_800, 1_082), (3_600, 1_112)];
        let series = series(&timeline(&readings), &[], &boundaries(0, 2, HALF_HOUR));
        assert_eq!(energies(&series), [Some(82), Some(30)]);
        assert!(series.intervals.iter().all(|i| i.quality == Quality::Measured));
        assert_eq!(series.total, Some(WattHours(112)));
    }

    #[test]
    fn a_boundary_between_readings_is_interpolated_without_loss() {
        // Of the 100 Wh from 29:50 to 30:20, a third is used before the half-hour.
        let readings = [(0, 0), (1_790, 500), (1_820, 600), (3_600, 700)];
        let series = series(&timeline(&readings), &[], &boundaries(0, 2, HALF_HOUR));
        assert_eq!(energies(&series), [Some(533), Some(167)]);
        assert_eq!(series.total, Some(WattHours(700)));
    }

    #[test]
    fn a_two_hour_gap_is_spread_evenly_and_marked_estimated() {
        let series = series(&timeline(&[(0, 0), (7_200, 400)]), &[], &boundaries(0, 4, HALF_HOUR));
        assert_eq!(energies(&series), [Some(100); 4]);
        assert!(series.intervals.iter().all(|i| i.quality == Quality::Estimated));
    }

    #[test]
    fn a_long_gap_stays_missing_but_counts_towards_the_total() {
        let readings = [(0, 0), (1_800, 50), (21_600, 850), (23_400, 900)];
        let series = series(&timeline(&readings), &[], &boundaries(0, 13, HALF_HOUR));
        let mut expected = vec![None; 13];
        (expected[0], expected[12]) = (Some(50), Some(50));
        assert_eq!(energies(&series), expected);
        assert_eq!(series.total, Some(WattHours(900)));
    }

    #[test]
    fn an_interval_without_data_is_missing_not_zero() {
        let series = series(&timeline(&[(0, 10)]), &[], &boundaries(0, 2, HALF_HOUR));
        assert_eq!(energies(&series), [None, None]);
        assert_eq!(series.total, None);
    }

    #[test]
    fn gas_volume_converts_to_energy_without_rounding_loss() {
        let segments: Vec<_> = (0..=48)
            .map(|n| Segment::reading((Moment::from_unix(n * HALF_HOUR), 1_000 + n as u64 * 7)))
            .collect();
        let gas = EnergyTimeline::new(&segments, Fuel::Gas, Unit::Litres, GasConversion::default());
        let series = series(&gas, &[], &boundaries(0, 48, HALF_HOUR));
        let sum: u64 = energies(&series).into_iter().flatten().sum();
        // 336 l x 1.02264 x 39.5 / 3.6 = 3770.13 Wh
        assert_eq!((sum, series.total), (3_770, Some(WattHours(3_770))));
    }

    #[test]
    fn a_stated_half_hour_takes_precedence_over_the_register() {
        let stated = [Segment::stated(Moment::from_unix(0), Moment::from_unix(1_800), 70)];
        let stated = EnergyTimeline::new(
            &stated,
            Fuel::Electricity,
            Unit::WattHours,
            GasConversion::default(),
        );
        let both =
            stated.with_fallback(&timeline(&[(0, 0), (900, 50), (2_700, 250), (3_600, 300)]));
        let series = series(&both, &[], &boundaries(0, 2, HALF_HOUR));
        assert_eq!(energies(&series), [Some(70), Some(150)]);
    }
}
