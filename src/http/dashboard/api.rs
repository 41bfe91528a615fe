//! The data endpoints: JSON, times RFC 3339 in UTC, energy in integer Wh,
//! `null` for what is not known.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Household;
use crate::domain::calendar::{Days, Step};
use crate::domain::consumption::{Interval, Quality};
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::register::{Direction, Fuel, Unit};
use crate::domain::units::{WattHours, Watts};
use crate::http::access::Visitor;
use crate::http::error::HttpError;
use crate::report::{self, FuelReadings, HomeReport, Question};
use crate::store::Store;

/// Half-hours that one answer has at most: about five and a half years.
const MOST_INTERVALS: i64 = 100_000;

#[derive(Serialize)]
pub(in crate::http) struct HomeRow {
    id: HomeId,
    name: String,
    fuels: Vec<Fuel>,
    devices: Vec<DeviceId>,
    last_reading: Option<String>,
}

impl From<HomeReport> for HomeRow {
    fn from(home: HomeReport) -> Self {
        let HomeReport { id, name, fuels, devices, last_reading } = home;
        Self { id, name, fuels, devices, last_reading: last_reading.map(|at| at.to_string()) }
    }
}

pub(in crate::http) async fn homes(
    State(store): State<Store>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Json<Vec<HomeRow>>, HttpError> {
    let homes = match visitor {
        Visitor::Owner => report::homes(&store).await?,
        Visitor::Stranger => Vec::new(),
    };
    Ok(Json(homes.into_iter().map(HomeRow::from).collect()))
}

/// Parameters as they came.
#[derive(Deserialize)]
pub(in crate::http) struct UsageQuery {
    fuel: Option<String>,
    direction: Option<String>,
    from: Option<String>,
    to: Option<String>,
    step: Option<String>,
}

impl UsageQuery {
    fn question(&self) -> Result<Question, HttpError> {
        let fuel: Fuel = parameter("fuel", self.fuel.as_deref())?;
        let direction = match self.direction.as_deref() {
            None => Direction::Import,
            given => parameter("direction", given)?,
        };
        let days = days(self.from.as_deref(), self.to.as_deref())?;
        let step: Step = parameter("step", self.step.as_deref())?;
        let per_day = match step {
            Step::HalfHour => 48,
            Step::Hour => 24,
            _ => 1,
        };
        let count = i64::from(days.from.until(days.to).map_or(i32::MAX, |span| span.get_days()));
        if count * per_day > MOST_INTERVALS {
            return Err(HttpError::BadParameter(format!(
                "to: more than {MOST_INTERVALS} intervals; ask for fewer days or a coarser step"
            )));
        }
        Ok(Question { fuel, direction, days, step })
    }
}

fn parameter<T: std::str::FromStr<Err: std::fmt::Display>>(
    name: &str,
    value: Option<&str>,
) -> Result<T, HttpError> {
    let value = value.ok_or_else(|| HttpError::BadParameter(format!("{name}: is missing")))?;
    value.parse().map_err(|error| HttpError::BadParameter(format!("{name}: {error}")))
}

/// Local days, `from` included and `to` excluded, in the years 2000 to 2200.
pub(super) fn days(from: Option<&str>, to: Option<&str>) -> Result<Days, HttpError> {
    let date = |name: &str, value| -> Result<Date, HttpError> {
        let date: Date = parameter(name, value)?;
        if (2_000..=2_200).contains(&date.year()) {
            Ok(date)
        } else {
            Err(HttpError::BadParameter(format!("{name}: {date} is not in the years 2000 to 2200")))
        }
    };
    let days = Days { from: date("from", from)?, to: date("to", to)? };
    if days.from > days.to {
        return Err(HttpError::BadParameter("to: lies before from".to_owned()));
    }
    Ok(days)
}

/// `null`: costs are not worked out yet.
#[derive(Serialize)]
struct NotKnown;

#[derive(Serialize)]
pub(in crate::http) struct Usage {
    home: HomeId,
    fuel: Fuel,
    direction: Direction,
    time_zone: String,
    step: &'static str,
    intervals: Vec<UsageInterval>,
    total: Total,
}

#[derive(Serialize)]
struct UsageInterval {
    start: String,
    end: String,
    wh: Option<WattHours>,
    pence: NotKnown,
    quality: Quality,
}

impl From<Interval> for UsageInterval {
    fn from(interval: Interval) -> Self {
        Self {
            start: interval.start.to_string(),
            end: interval.end.to_string(),
            wh: interval.energy,
            pence: NotKnown,
            quality: interval.quality,
        }
    }
}

#[derive(Serialize)]
struct Total {
    wh: Option<WattHours>,
    pence: NotKnown,
    standing_pence: NotKnown,
}

pub(in crate::http) async fn usage(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    Household(home): Household,
    query: Result<Query<UsageQuery>, QueryRejection>,
) -> Result<Json<Usage>, HttpError> {
    let question = query?.question()?;
    let series = report::usage(&store, &home, question, &zone).await?;
    Ok(Json(Usage {
        home: home.home,
        fuel: question.fuel,
        direction: question.direction,
        time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        step: question.step.name(),
        intervals: series.intervals.into_iter().map(UsageInterval::from).collect(),
        total: Total { wh: series.total, pence: NotKnown, standing_pence: NotKnown },
    }))
}

#[derive(Serialize)]
pub(in crate::http) struct Live {
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

/// `at` is when the power was measured; without one, when anything was known last.
pub(in crate::http) async fn live(
    State(store): State<Store>,
    Household(home): Household,
) -> Result<Json<Live>, HttpError> {
    let now = report::readings(&store, &home).await?;
    let of = |fuel| now.fuels.iter().find(|readings: &&FuelReadings| readings.fuel == fuel);
    let electricity = of(Fuel::Electricity).map(|readings| LiveElectricity {
        watts: now.demand.map(|(_, power)| power),
        import_wh: readings.import.map(|standing| standing.value),
        export_wh: readings.export.map(|standing| standing.value),
    });
    let gas = of(Fuel::Gas).map(|readings| LiveGas {
        litres: readings.import.filter(|s| s.unit == Unit::Litres).map(|s| s.value),
        at: readings.import.map(|standing| standing.at.to_string()),
    });
    let device = now.device.map(|device| LiveDevice {
        last_seen: device.last_seen.to_string(),
        firmware: device.firmware,
        rssi: device.rssi,
        lqi: device.lqi,
    });
    let at = now.demand.map(|(at, _)| at).or(now.last_reading).map(|at| at.to_string());
    Ok(Json(Live { at, electricity, gas, device }))
}
