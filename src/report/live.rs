//! Creates reports on the current state of homes from their last days.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::home::{DeviceHealth, FuelReadings, HomeReport, LiveFuel, LiveReport, ReadingsReport};
use super::load::{Resolution, load_fuel_history, measured_energy};
use crate::domain::calendar::{self, Days, Step};
use crate::domain::document::{Day, Document, DocumentId, Home};
use crate::domain::register::{Direction, Fuel};
use crate::domain::units::Moment;
use crate::store::{BrokenHome, Store, StoreError};

/// Reports on all homes, ordered by id. A home that cannot be read is marked as broken.
pub async fn homes(store: &Store) -> Result<Vec<HomeReport>, StoreError> {
    let mut reports = Vec::new();
    for home in store.homes().await? {
        reports.push(match home {
            Ok(home) => or_broken(&home, home_report(store, &home).await, |report| report)?,
            Err(broken) => unreadable_home(broken),
        });
    }
    Ok(reports)
}

/// Reports on the current state of all homes, ordered by id. A home that cannot be read is marked as
/// broken.
pub async fn live_of_all_homes(
    store: &Store,
    now: Moment,
    zone: &TimeZone,
) -> Result<Vec<LiveReport>, StoreError> {
    let mut reports = Vec::new();
    for home in store.homes().await? {
        reports.push(match home {
            Ok(home) => or_broken(&home, live(store, &home, now, zone).await, without_readings)?,
            Err(broken) => without_readings(unreadable_home(broken)),
        });
    }
    Ok(reports)
}

/// Replaces an error that is limited to a home's documents by a report that marks the home as broken.
fn or_broken<R>(
    home: &Home,
    report: Result<R, StoreError>,
    replace: impl FnOnce(HomeReport) -> R,
) -> Result<R, StoreError> {
    match report {
        Err(error) if error.is_unreadable_document() => {
            tracing::error!(home.id = %home.home, error = %error, "readings of home cannot be read");
            Ok(replace(HomeReport { broken: Some(error.to_string()), ..summary(home, &[]) }))
        }
        report => report,
    }
}

/// The report on a home of which only the id is known.
fn unreadable_home(BrokenHome { id, reason }: BrokenHome) -> HomeReport {
    HomeReport {
        name: id.to_string(),
        id,
        fuels: Vec::new(),
        devices: Vec::new(),
        last_reading: None,
        broken: Some(reason),
    }
}

fn without_readings(home: HomeReport) -> LiveReport {
    LiveReport { home, demand: None, fuels: Vec::new(), device: None }
}

pub(super) async fn home_report(store: &Store, home: &Home) -> Result<HomeReport, StoreError> {
    Ok(summary(home, &last_days(store, home).await?))
}

fn summary(home: &Home, last_days: &[Day]) -> HomeReport {
    HomeReport {
        id: home.home.clone(),
        name: home.name.clone(),
        fuels: home.latest.keys().copied().collect(),
        devices: home.devices.keys().cloned().collect(),
        last_reading: last_days.iter().filter_map(Day::last_data_at).max(),
        broken: None,
    }
}

/// Reads the last UTC day with readings of each fuel.
async fn last_days(store: &Store, home: &Home) -> Result<Vec<Day>, StoreError> {
    let ids = home.latest.iter();
    let ids = ids.map(|(fuel, date)| DocumentId::Day(home.home.clone(), *fuel, *date)).collect();
    let documents = store.read(ids).await?;
    Ok(documents
        .into_iter()
        .filter_map(|document| match document {
            Some(Document::Day(day)) => Some(day),
            _ => None,
        })
        .collect())
}

/// Reports on the current state of a home.
pub async fn live(
    store: &Store,
    home: &Home,
    now: Moment,
    zone: &TimeZone,
) -> Result<LiveReport, StoreError> {
    let last_days = last_days(store, home).await?;
    let mut fuels = Vec::new();
    for day in &last_days {
        fuels.push(live_fuel(store, home, day, now, zone).await?);
    }
    let report = summary(home, &last_days);
    let device = last_seen_device(home, &last_days);
    let demand = last_days.iter().find_map(|day| day.demand);
    Ok(LiveReport { home: report, demand, fuels, device })
}

async fn live_fuel(
    store: &Store,
    home: &Home,
    day: &Day,
    now: Moment,
    zone: &TimeZone,
) -> Result<LiveFuel, StoreError> {
    let fuel: Fuel = day.fuel;
    let today = calendar::local_date(now, zone);
    let days = Days { from: calendar::previous_day(today), to: calendar::next_day(today) };
    let history = load_fuel_history(store, home, fuel, days, Resolution::HalfHours, zone).await?;
    let boundaries = Step::HalfHour.boundaries(Days::day(today), zone);
    let (yesterday, _) = Days::day(days.from).bounds(zone);
    let same_time_yesterday = calendar::same_local_time(days.from, now, zone);
    let import = day.latest_reading(Direction::Import);
    Ok(LiveFuel {
        fuel,
        import,
        export: day.latest_reading(Direction::Export),
        today: history.series(Direction::Import, &boundaries),
        today_export: history
            .has_data(Direction::Export)
            .then(|| history.series(Direction::Export, &boundaries)),
        yesterday_so_far: measured_energy(
            &history.series(Direction::Import, &[yesterday, same_time_yesterday]),
        ),
        price: day.last_price(),
        credit: day.credit.map(|(_, credit)| credit),
    })
}

/// Finds the device that sent the last message. The times of devices are stored to the hour and those
/// of readings to the second, so the last reading is more precise if the home has only one device.
fn last_seen_device(home: &Home, last_days: &[Day]) -> Option<DeviceHealth> {
    let (id, state) = home.devices.iter().max_by_key(|(_, state)| state.seen)?;
    let last_reading_at = last_days.iter().filter_map(Day::last_reading_at).max();
    let last_reading_at = last_reading_at.filter(|_| home.devices.len() == 1);
    let health = state.status.clone().map(|(_, health)| health).unwrap_or_default();
    Some(DeviceHealth {
        id: id.clone(),
        last_seen: state.seen.max(last_reading_at)?,
        firmware: health.firmware,
        rssi: health.rssi,
        lqi: health.lqi,
    })
}

/// The local day of the newest readings, or `None` if there are none.
pub async fn newest_day(
    store: &Store,
    home: &Home,
    zone: &TimeZone,
) -> Result<Option<Date>, StoreError> {
    let report = home_report(store, home).await?;
    Ok(report.newest_day(zone))
}

/// Reports on the latest register readings without calculating today's energy.
pub async fn readings(store: &Store, home: &Home) -> Result<ReadingsReport, StoreError> {
    let last_days = last_days(store, home).await?;
    let fuels = last_days.iter().map(|day| FuelReadings {
        fuel: day.fuel,
        import: day.latest_reading(Direction::Import),
        export: day.latest_reading(Direction::Export),
    });
    Ok(ReadingsReport {
        fuels: fuels.collect(),
        demand: last_days.iter().find_map(|day| day.demand),
        last_reading: last_days.iter().filter_map(Day::last_data_at).max(),
        device: last_seen_device(home, &last_days),
    })
}
