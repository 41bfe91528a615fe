//! Merges changes into the documents of one home.
//!
//! A [`Merge`] says which documents it needs. It does no I/O, so that every store runs the same merge:
//!
//! ```text
//! while merge.missing_documents() is not empty { load them, merge.supply(..) }
//! write merge.finish()
//! ```

mod months;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::calendar::{self, Days};
use super::document::{Day, Document, DocumentId, Home, UpsertOutcome};
use super::identity::{DeviceId, HomeId};
use super::observation::Observation;
use super::register::{Direction, Fuel};
use super::units::Moment;
pub(crate) use months::has_month_entry;
use months::{StaleDay, all_days};

/// A change to the documents of a home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A device reported an observation.
    Reported(DeviceId, Observation),
    /// An observation from a file, without a device.
    Imported(Observation),
    /// A supplier states the consumption of the half-hour that begins at `start`.
    StatedHalfHour { fuel: Fuel, direction: Direction, start: Moment, watt_hours: u64 },
    /// The owner renamed the home.
    Renamed(String),
}

impl Change {
    /// The UTC day of the change, `None` if it has no time.
    #[must_use]
    pub fn utc_date(&self) -> Option<Date> {
        let at = match self {
            Self::Reported(_, observation) | Self::Imported(observation) => observation.at(),
            Self::StatedHalfHour { start, .. } => *start,
            Self::Renamed(_) => return None,
        };
        Some(calendar::utc_date(at))
    }
}

/// The effect of register readings and supplier-stated half-hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// The change was new.
    pub added: u64,
    /// The change replaced another stated value.
    pub replaced: u64,
    /// The change was known already.
    pub unchanged: u64,
}

impl std::ops::AddAssign for ChangeCounts {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.replaced += other.replaced;
        self.unchanged += other.unchanged;
    }
}

/// A merge of changes into the documents of one home.
#[derive(Debug)]
pub struct Merge<'a> {
    home: HomeId,
    zone: &'a TimeZone,
    zone_name: &'a str,
    changes: Vec<Change>,
    /// As loaded; `None` if the store has no such document.
    loaded: BTreeMap<DocumentId, Option<Document>>,
    changed: BTreeMap<DocumentId, Document>,
    stale: BTreeSet<StaleDay>,
    counts: ChangeCounts,
    is_merged: bool,
}

impl<'a> Merge<'a> {
    /// `zone` is the time zone of local days.
    #[must_use]
    pub fn new(home: HomeId, changes: Vec<Change>, zone: &'a TimeZone) -> Self {
        Self {
            home,
            zone,
            zone_name: zone.iana_name().unwrap_or("UTC"),
            changes,
            loaded: BTreeMap::new(),
            changed: BTreeMap::new(),
            stale: BTreeSet::new(),
            counts: ChangeCounts::default(),
            is_merged: false,
        }
    }

    /// The documents that the merge needs next. Empty if the merge can finish.
    #[must_use]
    pub fn missing_documents(&mut self) -> Vec<DocumentId> {
        if !self.is_merged {
            let initial = self.initial_documents();
            if !initial.is_empty() {
                return initial;
            }
            self.merge();
        }
        self.reset_months_in_other_time_zones();
        let needed = self.stale.iter().flat_map(|(fuel, date)| {
            let month = DocumentId::Month(self.home.clone(), *fuel, date.first_of_month());
            self.day_ids(*fuel, *date).chain([month])
        });
        let needed: BTreeSet<_> = needed.filter(|id| !self.loaded.contains_key(id)).collect();
        needed.into_iter().collect()
    }

    /// Supplies a document that [`Self::missing_documents`] returned.
    pub fn supply(&mut self, id: DocumentId, document: Option<Document>) {
        self.loaded.insert(id, document);
    }

    /// The documents to write: those that changed, with the [`Home`] last. Until the `Home` is written,
    /// the same changes give the same result again.
    #[must_use]
    pub fn finish(mut self) -> (Vec<(DocumentId, Document)>, ChangeCounts) {
        for (fuel, date) in std::mem::take(&mut self.stale) {
            self.rebuild_month_entry(fuel, date);
        }
        let loaded = &self.loaded;
        let is_new = |id: &DocumentId, document: &Document| {
            loaded.get(id).and_then(Option::as_ref) != Some(document)
        };
        let mut writes: Vec<_> =
            self.changed.into_iter().filter(|(id, document)| is_new(id, document)).collect();
        writes.sort_by_key(|(id, _)| matches!(id, DocumentId::Home(_)));
        (writes, self.counts)
    }

    fn initial_documents(&self) -> Vec<DocumentId> {
        let days =
            self.changes.iter().filter_map(fuel_and_time).map(|(fuel, at)| self.day_id(fuel, at));
        let all: BTreeSet<_> = days.chain([DocumentId::Home(self.home.clone())]).collect();
        all.into_iter().filter(|id| !self.loaded.contains_key(id)).collect()
    }

    fn day_id(&self, fuel: Fuel, at: Moment) -> DocumentId {
        DocumentId::Day(self.home.clone(), fuel, calendar::utc_date(at))
    }

    /// The UTC days that a local day overlaps.
    fn day_ids(&self, fuel: Fuel, date: Date) -> impl Iterator<Item = DocumentId> {
        let (start, end) = Days::day(date).bounds(self.zone);
        let (first, last) = (calendar::utc_date(start), calendar::utc_date(end.plus(-1)));
        let days = Days { from: first, to: calendar::next_day(last) };
        days.iter().map(move |date| DocumentId::Day(self.home.clone(), fuel, date))
    }

    fn merge(&mut self) {
        self.is_merged = true;
        let home_id = DocumentId::Home(self.home.clone());
        let mut home = match self.loaded.get(&home_id) {
            Some(Some(Document::Home(home))) => home.clone(),
            _ => Home::new(self.home.clone(), self.zone_name),
        };
        let latest_before = home.latest.clone();
        let mut touched = BTreeSet::new();
        for change in std::mem::take(&mut self.changes) {
            if let Some((fuel, at)) = fuel_and_time(&change) {
                self.merge_into_day(fuel, at, &change);
                if counts_as_reading(&change) {
                    home.record_day(fuel, calendar::utc_date(at));
                    touched.insert((fuel, calendar::local_date(at, self.zone)));
                }
            }
            merge_into_home(&mut home, change);
        }
        if home.zone != self.zone_name {
            self.zone_name.clone_into(&mut home.zone);
            touched.extend(all_days(&home));
        }
        for (fuel, date) in latest_before {
            let midnight = calendar::utc_midnight(date);
            touched.insert((fuel, calendar::local_date(midnight, self.zone)));
            let last_second = midnight.plus(calendar::UTC_DAY - 1);
            touched.insert((fuel, calendar::local_date(last_second, self.zone)));
        }
        let zone = self.zone;
        self.stale = touched
            .into_iter()
            .filter(|(fuel, date)| has_month_entry(&home, *fuel, *date, zone))
            .collect();
        self.changed.insert(home_id, Document::Home(home));
    }

    fn merge_into_day(&mut self, fuel: Fuel, at: Moment, change: &Change) {
        let id = self.day_id(fuel, at);
        let loaded = &self.loaded;
        let document = self.changed.entry(id).or_insert_with_key(|id| {
            let known = loaded.get(id).cloned().flatten();
            known.unwrap_or_else(|| Document::Day(Day::new(fuel, calendar::utc_date(at))))
        });
        let Document::Day(day) = document else { return };
        match change {
            Change::Reported(_, observation) | Change::Imported(observation) => match observation {
                Observation::Register { register, at, value, .. } => {
                    match day.add_register_reading(*register, *at, *value) {
                        true => self.counts.added += 1,
                        false => self.counts.unchanged += 1,
                    }
                }
                Observation::Demand { at, power } => day.add_demand(*at, *power),
                Observation::Price { at, price, .. } => day.add_price(*at, *price),
                Observation::Credit { at, credit, .. } => day.add_credit(*at, *credit),
                Observation::GasQuality { .. } | Observation::DeviceStatus { .. } => {}
            },
            Change::StatedHalfHour { direction, start, watt_hours, .. } => {
                match day.set_stated_half_hour(*direction, calendar::slot_of(*start), *watt_hours) {
                    UpsertOutcome::Added => self.counts.added += 1,
                    UpsertOutcome::Replaced => self.counts.replaced += 1,
                    UpsertOutcome::Unchanged => self.counts.unchanged += 1,
                }
            }
            Change::Renamed(_) => {}
        }
    }
}

/// The fuel and time that determine the [`Day`] that a change belongs to.
fn fuel_and_time(change: &Change) -> Option<(Fuel, Moment)> {
    match change {
        Change::Reported(_, observation) | Change::Imported(observation) => match observation {
            Observation::Register { fuel, at, .. }
            | Observation::Price { fuel, at, .. }
            | Observation::Credit { fuel, at, .. } => Some((*fuel, *at)),
            Observation::Demand { at, .. } => Some((Fuel::Electricity, *at)),
            Observation::GasQuality { .. } | Observation::DeviceStatus { .. } => None,
        },
        Change::StatedHalfHour { fuel, start, .. } => Some((*fuel, *start)),
        Change::Renamed(_) => None,
    }
}

/// Prices and balances are not counted as readings of a day.
fn counts_as_reading(change: &Change) -> bool {
    !matches!(
        change,
        Change::Reported(_, Observation::Price { .. } | Observation::Credit { .. })
            | Change::Imported(Observation::Price { .. } | Observation::Credit { .. })
    )
}

fn merge_into_home(home: &mut Home, change: Change) {
    let observation = match change {
        Change::Renamed(name) => {
            home.name = name;
            return;
        }
        Change::StatedHalfHour { .. } => return,
        Change::Imported(observation) => observation,
        Change::Reported(device, observation) => {
            if let Observation::DeviceStatus { at, status } = observation {
                home.record_contact(&device, at);
                home.record_device_status(&device, at, status);
                return;
            }
            home.record_contact(&device, observation.at());
            observation
        }
    };
    if let Observation::GasQuality { at, quality } = observation {
        home.record_gas_quality(at, quality);
    }
}
