//! The now page: the current state of a home.

mod fuel;
mod power;

pub(crate) use power::Power;

use askama::Template;
use axum::extract::State;
use jiff::tz::TimeZone;

use self::fuel::FuelCard;
use super::layout::HomeHeader;
use super::{PageResult, VisibleHome, address, format, render};
use crate::clock;
use crate::domain::calendar::local_date;
use crate::domain::register::Fuel;
use crate::domain::units::{Millipence, Moment};
use crate::http::error::HttpError;
use crate::report::{self, DeviceHealth, LiveReport, Period};
use crate::store::Store;

/// `GET /dashboard/homes/{home}`.
pub(in crate::http) async fn page(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    home: Result<VisibleHome, HttpError>,
) -> PageResult {
    let VisibleHome(home) = home?;
    let now = clock::now();
    let live = report::live(&store, &home, now, &zone).await?;
    render(&NowPage::new(&live, now, &zone))
}

struct DeviceCard {
    id: String,
    last_seen: String,
    last_seen_at: String,
    stale: bool,
    firmware: Option<String>,
    signal: Option<String>,
    quality: Option<String>,
}

impl DeviceCard {
    fn new(health: &DeviceHealth, now: Moment) -> Self {
        let age = now.since(health.last_seen);
        Self {
            id: health.id.to_string(),
            last_seen: format::age(age),
            last_seen_at: health.last_seen.to_string(),
            stale: age > power::STALE_AFTER_SECONDS,
            firmware: health.firmware.clone(),
            signal: health.rssi.map(signal_text),
            quality: health.lqi.map(|lqi| format!("{lqi} of 255")),
        }
    }
}

fn signal_text(dbm: i16) -> String {
    let word = match dbm {
        -67.. => "good",
        -80..-67 => "fair",
        _ => "weak",
    };
    let minus = if dbm < 0 { "\u{2212}" } else { "" };
    format!("{minus}{} dBm ({word})", dbm.unsigned_abs())
}

#[derive(Template)]
#[template(path = "now/page.html")]
struct NowPage {
    header: HomeHeader,
    live_data_url: String,
    power: Option<Power>,
    fuels: Vec<FuelCard>,
    device: Option<DeviceCard>,
    newest: Option<NewestDay>,
    zone: String,
}

/// Links to the newest readings if they are from an earlier day.
struct NewestDay {
    day: String,
    href: String,
}

impl NowPage {
    fn new(report: &LiveReport, now: Moment, zone: &TimeZone) -> Self {
        let unit_rate = electricity_unit_rate(report);
        let today = local_date(now, zone);
        let newest_day = report.home.newest_day(zone).unwrap_or(today);
        let newest = (newest_day < today).then(|| NewestDay {
            day: format::long_date(newest_day),
            href: format!(
                "{}/{}",
                address::home(&report.home.id),
                address::period(Period::Day, newest_day)
            ),
        });
        Self {
            newest,
            header: HomeHeader::new(&report.home, None, newest_day),
            live_data_url: address::live(&report.home.id),
            power: report.demand.map(|demand| Power::new(demand, unit_rate, now, zone)),
            fuels: report.fuels.iter().map(|fuel| FuelCard::new(fuel, now, zone)).collect(),
            device: report.device.as_ref().map(|health| DeviceCard::new(health, now)),
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        }
    }

    fn is_empty(&self) -> bool {
        self.power.is_none() && self.fuels.is_empty()
    }
}

fn electricity_unit_rate(report: &LiveReport) -> Option<Millipence> {
    let electricity = report.fuels.iter().find(|fuel| fuel.fuel == Fuel::Electricity)?;
    electricity.price?.unit_rate
}

#[cfg(test)]
mod tests;
