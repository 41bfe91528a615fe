//! Formats times and dates in the home's time zone.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::domain::units::Moment;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// `March`.
pub(crate) fn month_name(date: Date) -> &'static str {
    // In bounds because jiff's months are 1 to 12.
    MONTHS[usize::try_from(date.month() - 1).unwrap_or(0)]
}

fn weekday_name(date: Date) -> &'static str {
    let from_monday = date.weekday().to_monday_zero_offset();
    // In bounds because the offset is 0 to 6.
    WEEKDAYS[usize::try_from(from_monday).unwrap_or(0)]
}

/// `29 Mar`.
pub(crate) fn day_month(date: Date) -> String {
    format!("{} {}", date.day(), &month_name(date)[..3])
}

/// `Sun 29 Mar`.
pub(crate) fn short_date(date: Date) -> String {
    format!("{} {}", &weekday_name(date)[..3], day_month(date))
}

/// `Sunday 29 March 2026`.
pub(crate) fn long_date(date: Date) -> String {
    format!("{} {} {}", weekday_name(date), date.day(), month_year(date))
}

/// `March 2026`.
pub(crate) fn month_year(date: Date) -> String {
    format!("{} {}", month_name(date), date.year())
}

/// `16 to 22 March 2026`. The month and year of the first day are shown only if they differ.
pub(crate) fn date_range(first: Date, last: Date) -> String {
    let (from, to) = (first.day(), format!("{} {}", last.day(), month_year(last)));
    if first.year() != last.year() {
        format!("{from} {} to {to}", month_year(first))
    } else if first.month() != last.month() {
        format!("{from} {} to {to}", month_name(first))
    } else {
        format!("{from} to {to}")
    }
}

fn local_datetime(at: Moment, zone: &TimeZone) -> DateTime {
    zone.to_datetime(at.timestamp())
}

/// `14:00`.
pub(crate) fn clock(at: Moment, zone: &TimeZone) -> String {
    let time = local_datetime(at, zone);
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `01:30 BST`, for days on which a time of day can occur twice.
pub(crate) fn clock_with_zone(at: Moment, zone: &TimeZone) -> String {
    let info = zone.to_offset_info(at.timestamp());
    format!("{} {}", clock(at, zone), info.abbreviation())
}

/// `14:02` for today, `Sun 29 Mar 14:02` for another day of this year, `29 Mar 2025 14:02` otherwise.
pub(crate) fn short_date_time(at: Moment, now: Moment, zone: &TimeZone) -> String {
    let (day, today) = (local_datetime(at, zone).date(), local_datetime(now, zone).date());
    let clock = clock(at, zone);
    if day == today {
        clock
    } else if day.year() == today.year() {
        format!("{} {clock}", short_date(day))
    } else {
        format!("{} {} {clock}", day_month(day), day.year())
    }
}

/// Formats an age in seconds: `12 s ago`. A negative age, from a clock that is slightly ahead, is
/// `just now`.
pub(crate) fn age(seconds: i64) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    match seconds {
        ..2 => "just now".to_owned(),
        2..MINUTE => format!("{seconds} s ago"),
        MINUTE..HOUR => format!("{} min ago", seconds / MINUTE),
        _ if seconds < 2 * DAY => format!("{} h ago", seconds / HOUR),
        _ => format!("{} days ago", seconds / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn at(text: &str) -> Moment {
        Moment::from(text.parse::<jiff::Timestamp>().unwrap())
    }

    #[test]
    fn ages_use_one_unit() {
        for (seconds, text) in [
            (-40, "just now"),
            (1, "just now"),
            (12, "12 s ago"),
            (59, "59 s ago"),
            (60, "1 min ago"),
            (3_599, "59 min ago"),
            (3_600, "1 h ago"),
            (172_799, "47 h ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(age(seconds), text);
        }
    }

    #[test]
    fn a_repeated_local_time_is_distinguished_by_its_zone() {
        let london = TimeZone::get("Europe/London").unwrap();
        let first = at("2026-10-25T00:30:00Z");
        let second = at("2026-10-25T01:30:00Z");
        assert_eq!(clock(first, &london), clock(second, &london));
        assert_eq!(clock_with_zone(first, &london), "01:30 BST");
        assert_eq!(clock_with_zone(second, &london), "01:30 GMT");
    }

    #[test]
    fn a_date_is_shortened_when_it_is_today_or_this_year() {
        let london = TimeZone::get("Europe/London").unwrap();
        let now = at("2026-06-01T12:00:00Z");
        assert_eq!(short_date_time(at("2026-05-31T23:30:00Z"), now, &london), "00:30");
        assert_eq!(short_date_time(at("2026-05-31T22:30:00Z"), now, &london), "Sun 31 May 23:30");
        assert_eq!(short_date_time(at("2025-12-31T22:30:00Z"), now, &london), "31 Dec 2025 22:30");
    }

    #[test]
    fn dates_have_a_short_and_a_long_form() {
        assert_eq!(short_date(date(2026, 3, 29)), "Sun 29 Mar");
        assert_eq!(long_date(date(2026, 3, 29)), "Sunday 29 March 2026");
        assert_eq!(month_year(date(2026, 12, 1)), "December 2026");
        let range =
            |first: Date| date_range(first, first.checked_add(jiff::Span::new().days(6)).unwrap());
        assert_eq!(range(date(2026, 3, 16)), "16 to 22 March 2026");
        assert_eq!(range(date(2026, 3, 30)), "30 March to 5 April 2026");
        assert_eq!(range(date(2025, 12, 29)), "29 December 2025 to 4 January 2026");
    }
}
