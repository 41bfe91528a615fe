//! The data endpoints. They return JSON with RFC 3339 times in UTC, energy in integer Wh and
//! `null` for unknown values.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::VisibleHome;
use crate::domain::calendar::{Days, Step};
use crate::domain::consumption::{Interval, Quality};
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::register::{Direction, Fuel, Unit};
use crate::domain::units::{WattHours, Watts};
use crate::http::access::Visitor;
use crate::http::error::HttpError;
use crate::report::{self, FuelReadings, HomeReport, UsageRequest};
use crate::store::Store;

/// The largest number of intervals in one response: half-hours of about five and a half years.
const MAX_INTERVALS: i64 = 100_000;

#[derive(Serialize)]
pub(in crate::http) struct HomeEntry {
    id: HomeId,
    name: String,
    fuels: Vec<Fuel>,
    devices: Vec<DeviceId>,
    last_reading: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<String>,
}

impl From<HomeReport> for HomeEntry {
    fn from(home: HomeReport) -> Self {
        let HomeReport { id, name, fuels, devices, last_reading, broken } = home;
        let last_reading = last_reading.map(|at| at.to_string());
        Self { id, name, fuels, devices, last_reading, broken }
    }
}

pub(in crate::http) async fn homes(
    State(store): State<Store>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Json<Vec<HomeEntry>>, HttpError> {
    let homes = match visitor {
        Visitor::Owner => report::homes(&store).await?,
        Visitor::NonOwner => Vec::new(),
    };
    Ok(Json(homes.into_iter().map(HomeEntry::from).collect()))
}

/// The query parameters, not yet parsed.
#[derive(Deserialize)]
pub(in crate::http) struct UsageQuery {
    fuel: Option<String>,
    direction: Option<String>,
    from: Option<String>,
    to: Option<String>,
    step: Option<String>,
}

impl UsageQuery {
    fn parse(&self) -> Result<UsageRequest, HttpError> {
        let fuel: Fuel = parse_parameter("fuel", self.fuel.as_deref())?;
        let direction = match self.direction.as_deref() {
            None => Direction::Import,
            given => parse_parameter("direction", given)?,
        };
        let days = parse_days(self.from.as_deref(), self.to.as_deref())?;
        let step: Step = parse_parameter("step", self.step.as_deref())?;
        let per_day = match step {
            Step::HalfHour => 48,
            Step::Hour => 24,
            _ => 1,
        };
        let count = i64::from(days.from.until(days.to).map_or(i32::MAX, |span| span.get_days()));
        if count * per_day > MAX_INTERVALS {
            return Err(HttpError::BadParameter(format!(
                "to: more than {MAX_INTERVALS} intervals; ask for fewer days or a coarser step"
            )));
        }
        Ok(UsageRequest { fuel, direction, days, step })
    }
}

fn parse_parameter<T: std::str::FromStr<Err: std::fmt::Display>>(
    name: &str,
    value: Option<&str>,
) -> Result<T, HttpError> {
    let value = value.ok_or_else(|| HttpError::BadParameter(format!("{name}: is missing")))?;
    value.parse().map_err(|error| HttpError::BadParameter(format!("{name}: {error}")))
}

/// Local days, `from` included and `to` excluded, in the years 2000 to 2200.
pub(super) fn parse_days(from: Option<&str>, to: Option<&str>) -> Result<Days, HttpError> {
    let date = |name: &str, value| -> Result<Date, HttpError> {
        let date: Date = parse_parameter(name, value)?;
        if (2_000..=2_200).contains(&date.year()) {
            Ok(date)
        } else {
            Err(HttpError::BadParameter(format!("{name}: {date} is not in the years 2000 to 2200")))
        }
    };
    let days = Days { from: date("from", from)?, to: date("to", to)? };
    if days.from > days.to {
        return Err(HttpError::BadParameter("to: is before from".to_owned()));
    }
    Ok(days)
}

/// Serializes as `null`, because costs are not calculated yet.
#[derive(Serialize)]
struct NotPriced;

#[derive(Serialize)]
pub(in crate::http) struct UsageResponse {
    home: HomeId,
    fuel: Fuel,
    direction: Direction,
    time_zone: String,
    step: &'static str,
    intervals: Vec<UsageInterval>,
    total: UsageTotal,
}

#[derive(Serialize)]
struct UsageInterval {
    start: String,
    end: String,
    wh: Option<WattHours>,
    pence: NotPriced,
    quality: Quality,
}

impl From<Interval> for UsageInterval {
    fn from(interval: Interval) -> Self {
        Self {
            start: interval.start.to_string(),
            end: interval.end.to_string(),
            wh: interval.energy,
            pence: NotPriced,
            quality: interval.quality,
        }
    }
}

#[derive(Serialize)]
struct UsageTotal {
    wh: Option<WattHours>,
    pence: NotPriced,
    standing_pence: NotPriced,
}

pub(in crate::http) async fn usage(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    VisibleHome(home): VisibleHome,
    query: Result<Query<UsageQuery>, QueryRejection>,
) -> Result<Json<UsageResponse>, HttpError> {
    let request = query?.parse()?;
    let series = report::usage(&store, &home, request, &zone).await?;
    Ok(Json(UsageResponse {
        home: home.home,
        fuel: request.fuel,
        direction: request.direction,
        time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        step: request.step.name(),
        intervals: series.intervals.into_iter().map(UsageInterval::from).collect(),
        total: UsageTotal { wh: series.total, pence: NotPriced, standing_pence: NotPriced },
    }))
}

#[derive(Serialize)]
pub(in crate::http) struct LiveResponse {
    at: Option<String>,
    electricity: Option<LiveElectricity>,
    gas: Option<LiveGas>,
    device: Option<LiveDevice>,
}

#[derive(Serialize)]
struct LiveElectricity {
    watts: Option<Watts>,
    import_wh: Option<u64>,
    export_wh: Option<u64>,
}

#[derive(Serialize)]
struct LiveGas {
    litres: Option<u64>,
    at: Option<String>,
}

#[derive(Serialize)]
struct LiveDevice {
    last_seen: String,
    firmware: Option<String>,
    rssi: Option<i16>,
    lqi: Option<u8>,
}

/// `at` is the time of the last power measurement or, without one, of the last reading.
pub(in crate::http) async fn live(
    State(store): State<Store>,
    VisibleHome(home): VisibleHome,
) -> Result<Json<LiveResponse>, HttpError> {
    let current = report::readings(&store, &home).await?;
    let readings_of =
        |fuel| current.fuels.iter().find(|readings: &&FuelReadings| readings.fuel == fuel);
    let electricity = readings_of(Fuel::Electricity).map(|readings| LiveElectricity {
        watts: current.demand.map(|(_, power)| power),
        import_wh: readings.import.map(|reading| reading.value),
        export_wh: readings.export.map(|reading| reading.value),
    });
    let gas = readings_of(Fuel::Gas).map(|readings| LiveGas {
        litres: readings
            .import
            .filter(|reading| reading.unit == Unit::Litres)
            .map(|reading| reading.value),
        at: readings.import.map(|reading| reading.at.to_string()),
    });
    let device = current.device.map(|device| LiveDevice {
        last_seen: device.last_seen.to_string(),
        firmware: device.firmware,
        rssi: device.rssi,
        lqi: device.lqi,
    });
    let at = current.demand.map(|(at, _)| at).or(current.last_reading).map(|at| at.to_string());
    Ok(Json(LiveResponse { at, electricity, gas, device }))
}
