//! Times without an offset.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::domain::units::Moment;

/// What a file's times mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Clock {
    /// UTC all year, as Low Carbon London's are
    #[default]
    Utc,
    /// The clock on the wall, which skips and repeats an hour a year
    Local,
}

/// Turns a file's times into moments, line by line.
pub(super) struct WallClock<'a> {
    clock: Clock,
    zone: &'a TimeZone,
    repeated: BTreeSet<DateTime>,
}

impl<'a> WallClock<'a> {
    pub(super) const fn new(clock: Clock, zone: &'a TimeZone) -> Self {
        Self { clock, zone, repeated: BTreeSet::new() }
    }

    /// When it was. In the hour that autumn repeats, the first line with a
    /// time is summer time and the second is winter time.
    pub(super) fn moment(&mut self, wall: DateTime) -> Result<Moment, String> {
        let zone = match self.clock {
            Clock::Utc => &TimeZone::UTC,
            Clock::Local => self.zone,
        };
        let ambiguous = zone.to_ambiguous_timestamp(wall);
        let found = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => ambiguous.compatible(),
            AmbiguousOffset::Fold { .. } if self.repeated.insert(wall) => ambiguous.earlier(),
            AmbiguousOffset::Fold { .. } => ambiguous.later(),
            AmbiguousOffset::Gap { .. } => {
                return Err(format!(
                    "{wall} did not exist on the wall clock; if the file is in UTC, say --clock utc"
                ));
            }
        };
        found.map(Moment::from).map_err(|error| error.to_string())
    }
}
