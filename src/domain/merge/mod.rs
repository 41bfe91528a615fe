//! Changes to one home, worked into its documents.
//!
//! Knows which documents that needs and asks for them; reads and writes
//! nothing itself, so that every store runs the same merge:
//!
//! ```text
//! while let missing = merge.missing_documents(), not empty { load them, merge.supply(..) }
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

/// One thing to be worked into a home's documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A device saw something.
    Reported(DeviceId, Observation),
    /// A file says what a register showed; no device reported it.
    Imported(Observation),
    /// A supplier states the consumption of the half-hour that begins at `start`.
    StatedHalfHour {
        /// Which meter.
        fuel: Fuel,
        /// Which way.
        direction: Direction,
        /// The half-hour's first moment.
        start: Moment,
        /// Its consumption.
        watt_hours: u64,
    },
    /// The owner names the home.
    Renamed(String),
}

impl Change {
    /// The UTC day that it is about; `None` for what is of no time.
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

/// What became of register readings and stated half-hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// They said something new.
    pub added: u64,
    /// Another value was stated before.
    pub replaced: u64,
    /// They said nothing new.
    pub unchanged: u64,
}

impl std::ops::AddAssign for ChangeCounts {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.replaced += other.replaced;
        self.unchanged += other.unchanged;
    }
}

/// One home's changes on their way into its documents.
#[derive(Debug)]
pub struct Merge<'a> {
    home: HomeId,
    zone: &'a TimeZone,
    zone_name: &'a str,
    changes: Vec<Change>,
    /// As loaded; `None` where the store has nothing.
    loaded: BTreeMap<DocumentId, Option<Document>>,
    changed: BTreeMap<DocumentId, Document>,
    stale: BTreeSet<StaleDay>,
    counts: ChangeCounts,
    is_merged: bool,
}

impl<'a> Merge<'a> {
    /// Starts with a home's changes; `zone` is the one that days are local to.
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

    /// The documents it needs next; empty when it can finish.
    #[must_use]
    pub fn missing_documents(&mut self) -> Vec<DocumentId> {
        if !self.is_merged {
            let first = self.initial_documents();
            if !first.is_empty() {
                return first;
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

    /// Hands over a document that [`Self::missing_documents`] asked for.
    pub fn supply(&mut self, id: DocumentId, document: Option<Document>) {
        self.loaded.insert(id, document);
    }

    /// The documents to write, the home's own last: until it is written, the
    /// same changes come to the same result again. Nothing that did not change
    /// is among them.
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

    /// The UTC days that a local day lies in.
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

/// The fuel and moment whose day document a change touches.
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

/// Prices and balances alone do not make a day of readings.
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
