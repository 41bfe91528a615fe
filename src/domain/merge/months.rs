//! Rebuilds the month entries that a merge made stale.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Merge;
use crate::domain::calendar::{self, Days};
use crate::domain::document::{Document, DocumentId, Home, Month, day_streams, month_entry};
use crate::domain::register::Fuel;

/// A local day of a fuel whose month entry has to be rebuilt.
pub(super) type StaleDay = (Fuel, Date);

impl Merge<'_> {
    /// Marks all entries of a month with another time zone as stale.
    pub(super) fn reset_months_in_other_time_zones(&mut self) {
        let months: Vec<_> = self
            .loaded
            .iter_mut()
            .filter_map(|(_, document)| match document {
                Some(Document::Month(month)) if month.zone != self.zone_name => Some(month),
                _ => None,
            })
            .map(|month| {
                month.zone.clear();
                month.zone.push_str(self.zone_name);
                month.days.clear();
                (month.fuel, month.month)
            })
            .collect();
        let home = self.changed.get(&DocumentId::Home(self.home.clone()));
        if let Some(Document::Home(home)) = home {
            for (fuel, month) in months {
                let days = Days::month(month).iter().map(|date| (fuel, date));
                self.stale.extend(
                    days.filter(|(fuel, date)| has_month_entry(home, *fuel, *date, self.zone)),
                );
            }
        }
    }

    pub(super) fn rebuild_month_entry(&mut self, fuel: Fuel, date: Date) {
        let ids: Vec<_> = self.day_ids(fuel, date).collect();
        let days = ids.iter().filter_map(|id| {
            let changed = self.changed.get(id);
            match changed.or_else(|| self.loaded.get(id).and_then(Option::as_ref)) {
                Some(Document::Day(day)) => Some(day),
                _ => None,
            }
        });
        let (start, end) = Days::day(date).bounds(self.zone);
        let entry = month_entry(fuel, &day_streams(days, start, end));
        let month = date.first_of_month();
        let id = DocumentId::Month(self.home.clone(), fuel, month);
        if entry.is_empty() {
            // Readings are never removed, so there is no older entry to remove.
            return;
        }
        let (loaded, zone_name) = (&self.loaded, self.zone_name);
        let document = self.changed.entry(id).or_insert_with_key(|id| {
            let known = loaded.get(id).cloned().flatten();
            known.unwrap_or_else(|| Document::Month(Month::new(fuel, month, zone_name)))
        });
        if let Document::Month(month) = document {
            month.days.insert(date.day(), entry);
        }
    }
}

/// All local days that may have readings, in any time zone.
pub(super) fn all_days(home: &Home) -> Vec<StaleDay> {
    let spans = home.earliest.iter().zip(home.latest.values());
    spans
        .flat_map(|((fuel, earliest), latest)| {
            let (from, to) = (calendar::previous_day(*earliest), calendar::next_day(*latest));
            let days = Days { from, to: calendar::next_day(to) };
            days.iter().map(|date| (*fuel, date))
        })
        .collect()
}

/// Whether a local day has an entry in its month. It has one once there is a UTC day of the fuel that
/// is later than every UTC day that the local day overlaps.
pub(crate) fn has_month_entry(home: &Home, fuel: Fuel, date: Date, zone: &TimeZone) -> bool {
    let (_, end) = Days::day(date).bounds(zone);
    home.latest.get(&fuel).is_some_and(|latest| calendar::utc_date(end.plus(-1)) < *latest)
}
