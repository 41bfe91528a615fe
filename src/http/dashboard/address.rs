//! URLs of pages. A home's id may contain `#`, `?`, `%` or `'`, so it is always
//! percent-encoded.

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::calendar::Days;
use crate::domain::identity::HomeId;
use crate::report::Period;

/// Encodes everything but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `/dashboard/homes/{id}`.
pub(crate) fn home(id: &HomeId) -> String {
    format!("/dashboard/homes/{}", utf8_percent_encode(id.as_str(), SEGMENT))
}

/// `/dashboard/api/v1/homes/{id}/live`.
pub(crate) fn live(id: &HomeId) -> String {
    format!("/dashboard/api/v1/homes/{}/live", utf8_percent_encode(id.as_str(), SEGMENT))
}

/// The part of the URL after the home: `day/2026-03-29`, `week/2026-03-23`,
/// `month/2026-03`, `year/2026`.
pub(crate) fn period(period: Period, date: Date) -> String {
    match period {
        Period::Day => format!("day/{date}"),
        Period::Week => format!("week/{}", Days::week(date).from),
        Period::Month => format!("month/{:04}-{:02}", date.year(), date.month()),
        Period::Year => format!("year/{:04}", date.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_id_cannot_leave_its_segment() {
        let id = HomeId::new("a#b?c%d+e'f").unwrap();
        assert_eq!(home(&id), "/dashboard/homes/a%23b%3Fc%25d%2Be%27f");
        assert_eq!(live(&id), "/dashboard/api/v1/homes/a%23b%3Fc%25d%2Be%27f/live");
    }

    #[test]
    fn a_week_is_addressed_by_its_monday() {
        let sunday = date(2026, 3, 29);
        assert_eq!(period(Period::Day, sunday), "day/2026-03-29");
        assert_eq!(period(Period::Week, sunday), "week/2026-03-23");
        assert_eq!(period(Period::Month, sunday), "month/2026-03");
        assert_eq!(period(Period::Year, sunday), "year/2026");
    }
}
