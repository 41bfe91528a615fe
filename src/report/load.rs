//! Reads the documents that a period needs.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::calendar::{Days, Step, next_day, previous_day, utc_date};
use crate::domain::consumption::{FuelHistory, Quality, Series};
use crate::domain::document::{Day, Document, Home, day_streams};
use crate::domain::merge::has_month_entry;
use crate::domain::register::Fuel;
use crate::domain::units::{Moment, WattHours};
use crate::store::{Store, StoreError};

/// Days that are read at once. Documents are much larger than the segments that are made of them, so
/// a long history is read in parts.
const DAYS_PER_READ: i32 = 31;

/// The required resolution of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resolution {
    /// By half-hour, from the `Day` documents.
    HalfHours,
    /// By local day, from the `Month` documents and from the days that have no entry in one yet.
    Days,
}

impl Resolution {
    pub(super) const fn of(step: Step) -> Self {
        if step.is_whole_days() { Self::Days } else { Self::HalfHours }
    }
}

/// Loads a fuel's history of some local days. It includes a day before and a day after them, because
/// energy at the edges depends on the neighbouring readings.
pub(super) async fn load_fuel_history(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    days: Days,
    resolution: Resolution,
    zone: &TimeZone,
) -> Result<FuelHistory, StoreError> {
    let mut history = FuelHistory::new(fuel, home.gas_conversion());
    let Some((earliest, latest)) = home.earliest.get(&fuel).zip(home.latest.get(&fuel)) else {
        return Ok(history);
    };
    // Clamp to days that can have readings. A local day can begin in the previous UTC day.
    let with_data = Days { from: previous_day(*earliest), to: next_day(next_day(*latest)) };
    let with_neighbours = Days { from: previous_day(days.from), to: next_day(days.to) };
    let wanted = Days {
        from: with_neighbours.from.max(with_data.from),
        to: with_neighbours.to.min(with_data.to),
    };
    if wanted.from >= wanted.to {
        return Ok(history);
    }
    let months_end = match resolution {
        Resolution::HalfHours => wanted.from,
        Resolution::Days => {
            // Months that were derived for another time zone are ignored.
            let months_match_zone = zone.iana_name().is_none_or(|name| name == home.zone);
            let has_entry =
                |date: &Date| months_match_zone && has_month_entry(home, fuel, *date, zone);
            let months_end = wanted.iter().find(|date| !has_entry(date)).unwrap_or(wanted.to);
            let in_months = Days { from: wanted.from, to: months_end };
            add_months(store, home, fuel, in_months, zone, &mut history).await?;
            months_end
        }
    };
    let remaining = Days { from: months_end, to: wanted.to };
    add_days(store, home, fuel, remaining, zone, &mut history).await?;
    Ok(history)
}

async fn add_months(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    days: Days,
    zone: &TimeZone,
    history: &mut FuelHistory,
) -> Result<(), StoreError> {
    if days.from >= days.to {
        return Ok(());
    }
    let (first, last) = (days.from.first_of_month(), previous_day(days.to).first_of_month());
    for document in store.months(&home.home, fuel, first, last).await? {
        let Document::Month(month) = document else { continue };
        let all = Days::month(month.month);
        let part = Days { from: all.from.max(days.from), to: all.to.min(days.to) };
        if zone.iana_name() == Some(month.zone.as_str()) || zone.iana_name().is_none() {
            let first_day = month.month;
            history.add_month(&month, |day| {
                first_day.with().day(day).build().is_ok_and(|date| part.contains(date))
            });
        } else {
            // The month was derived for another time zone, so read the days instead.
            add_days(store, home, fuel, part, zone, history).await?;
        }
    }
    Ok(())
}

async fn add_days(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    days: Days,
    zone: &TimeZone,
    history: &mut FuelHistory,
) -> Result<(), StoreError> {
    let mut part = days;
    while part.from < days.to {
        part.to = days.to.min(part.from.saturating_add(DAYS_PER_READ.days()));
        let (start, end) = part.bounds(zone);
        let documents = day_documents(store, home, fuel, start, end).await?;
        history.add_streams(day_streams(documents.iter(), start, end));
        part.from = part.to;
    }
    Ok(())
}

/// Reads the UTC days that overlap the time from `start` to `end`.
pub(super) async fn day_documents(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    start: Moment,
    end: Moment,
) -> Result<Vec<Day>, StoreError> {
    let (from, to) = (utc_date(start), utc_date(end.plus(-1)));
    let documents = store.days(&home.home, fuel, from, to).await?;
    Ok(documents
        .into_iter()
        .filter_map(|document| match document {
            Document::Day(day) => Some(day),
            _ => None,
        })
        .collect())
}

/// The energy of the first interval if it is complete. A comparison with an incomplete period would
/// be misleading.
pub(super) fn measured_energy(series: &Series) -> Option<WattHours> {
    let interval = series.intervals.first()?;
    (interval.quality == Quality::Measured).then_some(interval.energy).flatten()
}
