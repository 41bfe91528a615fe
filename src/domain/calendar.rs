//! Half-hours, local days and the periods that pages show. The functions are pure: the time zone
//! and the day are arguments.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::units::Moment;

/// Seconds in a half-hour, the settlement period of the GB market.
pub const HALF_HOUR: i64 = 1_800;
/// Seconds in a UTC day.
pub const UTC_DAY: i64 = 86_400;
/// Half-hours in a UTC day.
pub const SLOTS_PER_DAY: u8 = 48;

/// The UTC day that contains a moment.
#[must_use]
pub fn utc_date(at: Moment) -> Date {
    TimeZone::UTC.to_datetime(at.timestamp()).date()
}

/// Midnight UTC at the start of a day.
#[must_use]
pub fn utc_midnight(date: Date) -> Moment {
    start_of_day(date, &TimeZone::UTC)
}

/// The half-hour slot, 0 to 47, of the UTC day that contains a moment.
#[must_use]
pub fn slot_of(at: Moment) -> u8 {
    // Cannot truncate because the seconds of a day divided by 1,800 are below 48.
    (at.unix().rem_euclid(UTC_DAY) / HALF_HOUR) as u8
}

/// The local day that contains a moment.
#[must_use]
pub fn local_date(at: Moment, zone: &TimeZone) -> Date {
    zone.to_datetime(at.timestamp()).date()
}

/// The first moment of a local day.
#[must_use]
pub fn start_of_day(date: Date, zone: &TimeZone) -> Moment {
    // This fails only at the end of the calendar, in the year 9999.
    date.to_zoned(zone.clone())
        .map_or(Moment::from_unix(i64::MAX), |midnight| Moment::from(midnight.timestamp()))
}

/// The moment of the local day `date` at which the clock shows the same time as at `at`.
#[must_use]
pub fn same_local_time(date: Date, at: Moment, zone: &TimeZone) -> Moment {
    let time = zone.to_datetime(at.timestamp()).time();
    let timestamp = zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible();
    timestamp.map_or(start_of_day(date, zone), Moment::from)
}

/// The following day. The calendar's last day is returned unchanged.
#[must_use]
pub fn next_day(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

/// The preceding day. The calendar's first day is returned unchanged.
#[must_use]
pub fn previous_day(date: Date) -> Date {
    date.yesterday().unwrap_or(date)
}

/// A range of whole local days, including `from` and excluding `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    pub from: Date,
    pub to: Date,
}

impl Days {
    #[must_use]
    pub fn day(date: Date) -> Self {
        Self { from: date, to: next_day(date) }
    }

    /// The week, Monday to Sunday, that contains a day.
    #[must_use]
    pub fn week(date: Date) -> Self {
        let from = first_of_week(date);
        Self { from, to: from.saturating_add(7.days()) }
    }

    #[must_use]
    pub fn month(date: Date) -> Self {
        let from = date.first_of_month();
        Self { from, to: from.saturating_add(1.month()) }
    }

    #[must_use]
    pub fn year(date: Date) -> Self {
        let from = date.first_of_year();
        Self { from, to: from.saturating_add(1.year()) }
    }

    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        self.from <= date && date < self.to
    }

    pub fn iter(self) -> impl Iterator<Item = Date> {
        self.from.series(1.day()).take_while(move |date| *date < self.to)
    }

    /// The first moment of the range and the first moment after it.
    #[must_use]
    pub fn bounds(self, zone: &TimeZone) -> (Moment, Moment) {
        (start_of_day(self.from, zone), start_of_day(self.to, zone))
    }
}

fn first_of_week(date: Date) -> Date {
    let back = date.weekday().since(Weekday::Monday);
    date.saturating_sub(i64::from(back).days())
}

/// The length of the intervals that a period is divided into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    HalfHour,
    Hour,
    /// A local day: 46, 48 or 50 half-hours.
    Day,
    /// Monday to Sunday.
    Week,
    Month,
    Year,
}

impl Step {
    /// The name used in URLs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HalfHour => "half-hour",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// Whether the intervals begin and end at local midnights.
    #[must_use]
    pub const fn is_whole_days(self) -> bool {
        !matches!(self, Self::HalfHour | Self::Hour)
    }

    /// The moments that divide a range into intervals, including both ends of the range. A week,
    /// month or year that extends beyond the range is clipped to it.
    #[must_use]
    pub fn boundaries(self, days: Days, zone: &TimeZone) -> Vec<Moment> {
        let (start, end) = days.bounds(zone);
        match self {
            Self::HalfHour => even_boundaries(start, end, HALF_HOUR),
            Self::Hour => even_boundaries(start, end, 2 * HALF_HOUR),
            Self::Day => self.day_boundaries(days, zone, |_| true),
            Self::Week => self.day_boundaries(days, zone, |date| date.weekday() == Weekday::Monday),
            Self::Month => self.day_boundaries(days, zone, |date| date.day() == 1),
            Self::Year => self.day_boundaries(days, zone, |date| date.day_of_year() == 1),
        }
    }

    fn day_boundaries(
        self,
        days: Days,
        zone: &TimeZone,
        is_boundary: fn(Date) -> bool,
    ) -> Vec<Moment> {
        days.iter()
            .filter(|date| *date == days.from || is_boundary(*date))
            .chain((days.from < days.to).then_some(days.to))
            .map(|date| start_of_day(date, zone))
            .collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("step is one of half-hour, hour, day, week, month, year")]
pub struct UnknownStep;

impl std::str::FromStr for Step {
    type Err = UnknownStep;
    fn from_str(text: &str) -> Result<Self, UnknownStep> {
        [Self::HalfHour, Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year]
            .into_iter()
            .find(|step| step.name() == text)
            .ok_or(UnknownStep)
    }
}

fn even_boundaries(start: Moment, end: Moment, seconds: i64) -> Vec<Moment> {
    let mut boundaries: Vec<_> =
        (start.unix()..end.unix()).step_by(seconds as usize).map(Moment::from_unix).collect();
    if start < end {
        boundaries.push(end);
    }
    boundaries
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn london() -> TimeZone {
        TimeZone::get("Europe/London").unwrap()
    }

    #[test]
    fn clock_change_sundays_have_46_and_50_half_hours() {
        for (day, half_hours) in [
            (date(2026, 3, 29), 46),
            (date(2026, 10, 25), 50),
            (date(2026, 6, 1), 48),
            (date(2026, 1, 1), 48),
        ] {
            let boundaries = Step::HalfHour.boundaries(Days::day(day), &london());
            assert_eq!(boundaries.len() - 1, half_hours, "{day}");
        }
    }

    #[test]
    fn a_summer_day_begins_at_23_00_utc() {
        let (start, end) = Days::day(date(2026, 6, 1)).bounds(&london());
        assert_eq!(start.to_string(), "2026-05-31T23:00:00Z");
        assert_eq!(end.to_string(), "2026-06-01T23:00:00Z");
        assert_eq!(slot_of(start), 46);
        assert_eq!(utc_date(start), date(2026, 5, 31));
        assert_eq!(local_date(start, &london()), date(2026, 6, 1));
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let week = Days::week(date(2026, 11, 22));
        assert_eq!((week.from, week.to), (date(2026, 11, 16), date(2026, 11, 23)));
        let month = Days::month(date(2024, 2, 29));
        assert_eq!((month.from, month.to), (date(2024, 2, 1), date(2024, 3, 1)));
        assert_eq!(Days::year(date(2026, 11, 22)).iter().count(), 365);
    }

    #[test]
    fn weeks_are_clipped_to_the_requested_days() {
        let days = Days { from: date(2026, 11, 18), to: date(2026, 11, 25) };
        let boundaries = Step::Week.boundaries(days, &TimeZone::UTC);
        let expected: Vec<_> = [18, 23, 25].map(|day| utc_midnight(date(2026, 11, day))).into();
        assert_eq!(boundaries, expected);
        let nothing = Days { from: days.from, to: days.from };
        assert!(Step::Day.boundaries(nothing, &TimeZone::UTC).is_empty());
        assert!(Step::Hour.boundaries(nothing, &TimeZone::UTC).is_empty());
    }
}
