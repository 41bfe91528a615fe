//! Times without an offset.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::domain::calendar::HALF_HOUR;
use crate::domain::units::Moment;

/// The clock of a file's times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FileClock {
    /// UTC all year, as in Low Carbon London's files
    #[default]
    Utc,
    /// Local time, which skips an hour in spring and repeats one in autumn
    Local,
}

/// Resolves the times of a file, line by line.
pub(super) struct TimeResolver<'a> {
    clock: FileClock,
    zone: &'a TimeZone,
    /// The repeated half-hours that have occurred once so far and were read as summer time. Other
    /// times are not kept, so that the set stays small.
    seen_repeated: BTreeSet<Moment>,
}

impl<'a> TimeResolver<'a> {
    pub(super) const fn new(clock: FileClock, zone: &'a TimeZone) -> Self {
        Self { clock, zone, seen_repeated: BTreeSet::new() }
    }

    /// Resolves the time of a line. In the hour that is repeated in autumn, the first line with a time
    /// is summer time and the second is winter time.
    pub(super) fn resolve(&mut self, local_time: DateTime) -> Result<Moment, String> {
        let zone = match self.clock {
            FileClock::Utc => &TimeZone::UTC,
            FileClock::Local => self.zone,
        };
        let ambiguous = zone.to_ambiguous_timestamp(local_time);
        let resolved = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => ambiguous.compatible(),
            AmbiguousOffset::Fold { .. } => {
                let earlier = ambiguous.earlier();
                let is_first = earlier.as_ref().map_or(true, |earlier| self.is_first(*earlier));
                if is_first { earlier } else { ambiguous.later() }
            }
            AmbiguousOffset::Gap { .. } => {
                return Err(format!(
                    "{local_time} does not exist in local time; use --clock utc if the file is in UTC"
                ));
            }
        };
        resolved.map(Moment::from).map_err(|error| error.to_string())
    }

    fn is_first(&mut self, summer_time: jiff::Timestamp) -> bool {
        let start = Moment::from(summer_time);
        start.unix() % HALF_HOUR != 0 || self.seen_repeated.insert(start)
    }
}
