//! Which documents a stretch of time needs.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::calendar::{self, Days, Step};
use crate::domain::consumption::Account;
use crate::domain::document::{Day, Document, Home, day_streams};
use crate::domain::merge::is_closed;
use crate::domain::register::Fuel;
use crate::domain::units::Moment;
use crate::store::{Store, StoreError};

/// How finely the readings have to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// By half-hour: the days themselves.
    HalfHours,
    /// By local day: months, and the days that have no entry in one yet.
    Days,
}

impl Detail {
    pub(super) const fn of(step: Step) -> Self {
        if step.is_whole_days() { Self::Days } else { Self::HalfHours }
    }
}

/// A fuel's account of some local days, and of a day on either side, whose
/// readings tell what happened at the edges.
pub(super) async fn account(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    days: Days,
    detail: Detail,
    zone: &TimeZone,
) -> Result<Account, StoreError> {
    let mut account = Account::new(fuel, home.gas_conversion());
    let Some((earliest, latest)) = home.earliest.get(&fuel).zip(home.latest.get(&fuel)) else {
        return Ok(account);
    };
    // A local day may lie in the UTC day before, so what is asked for is held
    // between the days that can have readings.
    let known = Days { from: calendar::previous_day(*earliest), to: after(after(*latest)) };
    let wide = Days { from: calendar::previous_day(days.from), to: after(days.to) };
    let wanted = Days { from: wide.from.max(known.from), to: wide.to.min(known.to) };
    if wanted.from >= wanted.to {
        return Ok(account);
    }
    let open_from = match detail {
        Detail::HalfHours => wanted.from,
        Detail::Days => {
            // Months that were made for another time zone are not believed.
            let is_ours = zone.iana_name().is_none_or(|name| name == home.zone);
            let closed = |date: &Date| is_ours && is_closed(home, fuel, *date, zone);
            let open_from = wanted.iter().find(|date| !closed(date)).unwrap_or(wanted.to);
            let closed = Days { from: wanted.from, to: open_from };
            from_months(store, home, fuel, closed, zone, &mut account).await?;
            open_from
        }
    };
    let open = Days { from: open_from, to: wanted.to };
    from_days(store, home, fuel, open, zone, &mut account).await?;
    Ok(account)
}

fn after(date: Date) -> Date {
    calendar::next_day(date)
}

async fn from_months(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    days: Days,
    zone: &TimeZone,
    account: &mut Account,
) -> Result<(), StoreError> {
    if days.from >= days.to {
        return Ok(());
    }
    let (first, last) =
        (days.from.first_of_month(), calendar::previous_day(days.to).first_of_month());
    for document in store.months(&home.home, fuel, first, last).await? {
        let Document::Month(month) = document else { continue };
        let all = Days::month(month.month);
        let part = Days { from: all.from.max(days.from), to: all.to.min(days.to) };
        if zone.iana_name() == Some(month.zone.as_str()) || zone.iana_name().is_none() {
            let first_day = month.month;
            account.extend_from_month(&month, |day| {
                first_day.with().day(day).build().is_ok_and(|date| part.contains(date))
            });
        } else {
            // Made for another time zone: the days themselves are the truth.
            from_days(store, home, fuel, part, zone, account).await?;
        }
    }
    Ok(())
}

async fn from_days(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    days: Days,
    zone: &TimeZone,
    account: &mut Account,
) -> Result<(), StoreError> {
    if days.from >= days.to {
        return Ok(());
    }
    let (start, end) = days.moments(zone);
    let documents = day_documents(store, home, fuel, start, end).await?;
    account.extend(day_streams(documents.iter(), start, end));
    Ok(())
}

/// The UTC days between two moments.
pub(super) async fn day_documents(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    start: Moment,
    end: Moment,
) -> Result<Vec<Day>, StoreError> {
    let (from, to) = (calendar::utc_date(start), calendar::utc_date(end.plus(-1)));
    let documents = store.days(&home.home, fuel, from, to).await?;
    Ok(documents
        .into_iter()
        .filter_map(|document| match document {
            Document::Day(day) => Some(day),
            _ => None,
        })
        .collect())
}
