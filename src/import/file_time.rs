//! Times without an offset.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::domain::units::Moment;

/// What a file's times mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FileClock {
    /// UTC all year, as Low Carbon London's are
    #[default]
    Utc,
    /// The clock on the wall, which skips and repeats an hour a year
    Local,
}

/// Turns a file's times into moments, line by line.
pub(super) struct TimeResolver<'a> {
    clock: FileClock,
    zone: &'a TimeZone,
    seen_ambiguous: BTreeSet<DateTime>,
}

impl<'a> TimeResolver<'a> {
    pub(super) const fn new(clock: FileClock, zone: &'a TimeZone) -> Self {
        Self { clock, zone, seen_ambiguous: BTreeSet::new() }
    }

    /// When it was. In the hour that autumn repeats, the first line with a
    /// time is summer time and the second is winter time.
    pub(super) fn resolve(&mut self, local_time: DateTime) -> Result<Moment, String> {
        let zone = match self.clock {
            FileClock::Utc => &TimeZone::UTC,
            FileClock::Local => self.zone,
        };
        let ambiguous = zone.to_ambiguous_timestamp(local_time);
        let resolved = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => ambiguous.compatible(),
            AmbiguousOffset::Fold { .. } if self.seen_ambiguous.insert(local_time) => {
                ambiguous.earlier()
            }
            AmbiguousOffset::Fold { .. } => ambiguous.later(),
            AmbiguousOffset::Gap { .. } => {
                return Err(format!(
                    "{local_time} did not exist on the wall clock; if the file is in UTC, say --clock utc"
                ));
            }
        };
        resolved.map(Moment::from).map_err(|error| error.to_string())
    }
}
