//! The energy of one direction of one fuel over time.

use super::segment::correct_gas_timing;
use super::{Segment, plausibility};
use crate::domain::gas::GasConversion;
use crate::domain::register::{Fuel, Unit};
use crate::domain::units::Moment;

/// Energy in fractions of a watt-hour ([`GasConversion::SCALE`] of them are 1 Wh), so that converted
/// gas is exact until the final rounding.
pub(super) type ScaledWattHours = u128;

/// The longest gap, in seconds, whose consumption counts as measured: a half-hourly feed with its
/// jitter.
const LONGEST_MEASURED_GAP: i64 = 45 * 60;
/// The longest gap, in seconds, whose consumption is distributed evenly and counts as estimated.
const LONGEST_ESTIMATED_GAP: i64 = 3 * 3_600;

/// How reliably the time of a span's energy is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    Measured,
    Estimated,
    /// The amount is known, but not when in the span it was consumed.
    Unlocated,
}

/// A period with its energy. The spans of a timeline are in order and do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EnergySpan {
    pub(super) start: Moment,
    pub(super) end: Moment,
    pub(super) scaled_wh: ScaledWattHours,
    pub(super) certainty: Certainty,
}

impl EnergySpan {
    pub(super) fn seconds(&self) -> u128 {
        u128::from(self.end.since(self.start).max(0).unsigned_abs())
    }

    /// The energy from the start of the span up to a moment inside it.
    pub(super) fn scaled_wh_until(&self, at: Moment) -> ScaledWattHours {
        let elapsed = u128::from(at.since(self.start).max(0).unsigned_abs());
        if elapsed >= self.seconds() {
            self.scaled_wh
        } else {
            self.scaled_wh * elapsed / self.seconds()
        }
    }
}

/// Spans in order of time.
#[derive(Clone, Debug, Default)]
pub struct EnergyTimeline {
    spans: Vec<EnergySpan>,
}

impl EnergyTimeline {
    /// Builds the timeline of one stream from its segments, which are in order of time.
    #[must_use]
    pub fn new(segments: &[Segment], fuel: Fuel, unit: Unit, gas: GasConversion) -> Self {
        let segments = match fuel {
            Fuel::Electricity => segments.to_vec(),
            Fuel::Gas => correct_gas_timing(segments),
        };
        let segments = plausibility::without_faulty_readings(&segments, unit);
        let scale = |amount: u64| match unit {
            Unit::WattHours => u128::from(amount) * GasConversion::SCALE,
            Unit::Litres => gas.scaled_watt_hours(u128::from(amount)),
        };
        let mut timeline = Self { spans: Vec::with_capacity(2 * segments.len()) };
        for (index, segment) in segments.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| segments.get(before));
            if let Some(before) = before
                && let Some(amount) = plausibility::consumption_between(before, segment, unit)
            {
                let certainty = certainty_of_gap(segment.start.since(before.end));
                timeline.push(before.end, segment.start, scale(amount), certainty);
            }
            timeline.push(segment.start, segment.end, scale(segment.amount), Certainty::Measured);
        }
        timeline
    }

    fn push(
        &mut self,
        start: Moment,
        end: Moment,
        scaled_wh: ScaledWattHours,
        certainty: Certainty,
    ) {
        if start < end {
            self.spans.push(EnergySpan { start, end, scaled_wh, certainty });
        } else if let Some(last) = self.spans.last_mut() {
            // Keep the energy between two readings in the same second.
            last.scaled_wh += scaled_wh;
        }
    }

    /// This timeline where it has data, `fallback` elsewhere.
    #[must_use]
    pub fn with_fallback(self, fallback: &Self) -> Self {
        let mut both = self.without_unlocated_spans_known_to(fallback);
        let rest = fallback.clipped_to_gaps_of(&both);
        both.spans.extend(rest.spans);
        both.spans.sort_by_key(|span| span.start);
        both
    }

    /// Removes the unlocated spans during which `fallback` has located data, because a gap of one
    /// register must not hide the readings of another.
    #[must_use]
    pub fn without_unlocated_spans_known_to(mut self, fallback: &Self) -> Self {
        self.spans.retain(|span| {
            let first = fallback.spans.partition_point(|other| other.end <= span.start);
            let inside = fallback.spans[first..].iter().take_while(|o| o.start < span.end);
            let mut located = inside.filter(|other| other.certainty != Certainty::Unlocated);
            span.certainty != Certainty::Unlocated || located.next().is_none()
        });
        self
    }

    /// The part of this timeline at times for which `taken` has no data.
    #[must_use]
    pub fn clipped_to_gaps_of(&self, taken: &Self) -> Self {
        if taken.spans.is_empty() {
            return self.clone();
        }
        let mut free_from = Moment::from_unix(0);
        let mut gaps: Vec<_> = Vec::with_capacity(taken.spans.len() + 1);
        for span in &taken.spans {
            gaps.push((free_from, span.start));
            free_from = free_from.max(span.end);
        }
        gaps.push((free_from, Moment::from_unix(i64::MAX)));
        let mut spans = Vec::new();
        let mut next = 0;
        for (from, to) in gaps {
            while let Some(span) = self.spans.get(next).filter(|s| s.start < to) {
                spans.extend(clip(span, from, to));
                if span.end > to {
                    break;
                }
                next += 1;
            }
        }
        Self { spans }
    }

    pub(super) fn spans(&self) -> &[EnergySpan] {
        &self.spans
    }

    /// Whether there is data both before and after an interval.
    pub(super) fn encloses(&self, start: Moment, end: Moment) -> bool {
        let (first, last) = (self.spans.first(), self.spans.last());
        first.is_some_and(|first| first.start <= start) && last.is_some_and(|last| last.end >= end)
    }
}

fn certainty_of_gap(seconds: i64) -> Certainty {
    match seconds {
        ..=LONGEST_MEASURED_GAP => Certainty::Measured,
        _ if seconds <= LONGEST_ESTIMATED_GAP => Certainty::Estimated,
        _ => Certainty::Unlocated,
    }
}

fn clip(span: &EnergySpan, from: Moment, to: Moment) -> Option<EnergySpan> {
    let (start, end) = (span.start.max(from), span.end.min(to));
    let is_whole = start == span.start && end == span.end;
    // An unlocated amount cannot be divided, because its distribution is unknown.
    if start >= end || (span.certainty == Certainty::Unlocated && !is_whole) {
        return None;
    }
    let scaled_wh = span.scaled_wh_until(end) - span.scaled_wh_until(start);
    Some(EnergySpan { start, end, scaled_wh, certainty: span.certainty })
}
