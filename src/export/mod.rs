//! Exports a home's readings over some local days as CSV or JSON. `cloudsmets import --format
//! cloudsmets` reads both and restores register readings and supplier-stated half-hours exactly.
//! Prices, balances, calorific values and the state of devices are not exported.
//!
//! There are three kinds of record: `reading` (a register reading), `stated` (a supplier-stated
//! half-hour) and `usage` (the energy of a half-hour that this program calculates from both, which is
//! for people and is not imported).

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::domain::calendar;
use crate::domain::calendar::{Days, HALF_HOUR, Step};
use crate::domain::consumption::Quality;
use crate::domain::document::{Day, Document, Home};
use crate::domain::register::{Direction, Fuel};
use crate::domain::units::Moment;
use crate::report::{UsageRequest, usage};
use crate::store::{Store, StoreError};

/// The file formats of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A header, then one row a line.
    Csv,
    /// `{"home","rows":[...]}`.
    Json,
}

/// The name of a format is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is csv or json")]
pub struct UnknownFormat;

impl std::str::FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        match text {
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            _ => Err(UnknownFormat),
        }
    }
}

impl Format {
    /// The name, which is also the file extension.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

/// The kind of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordKind {
    /// A register had `value` at `start`.
    Reading,
    /// The supplier states `value` Wh for the half-hour.
    Stated,
    /// This program calculates `value` Wh for the half-hour.
    Usage,
}

/// One row of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub record: RecordKind,
    pub fuel: Fuel,
    /// The register (`import.0.wh`) or the direction (`import`).
    pub register: String,
    /// RFC 3339 time in UTC.
    pub start: String,
    /// The end of the half-hour; `None` for a reading.
    pub end: Option<String>,
    /// Wh, or litres for a register that counts litres; `None` if unknown.
    pub value: Option<u64>,
    /// `measured` or `estimated`; only for usage.
    pub quality: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ExportFile {
    pub(crate) home: String,
    pub(crate) rows: Vec<Row>,
}

/// Writes the export.
pub async fn export(
    store: &Store,
    home: &Home,
    days: Days,
    format: Format,
    zone: &TimeZone,
) -> Result<Vec<u8>, StoreError> {
    let days = clamp_to_readings(home, days);
    let mut rows = Vec::new();
    for fuel in home.latest.keys() {
        raw_rows(store, home, *fuel, days, zone, &mut rows).await?;
        for direction in [Direction::Import, Direction::Export] {
            if rows
                .iter()
                .any(|row| row.fuel == *fuel && row.register.starts_with(direction.name()))
            {
                usage_rows(store, home, *fuel, direction, days, zone, &mut rows).await?;
            }
        }
    }
    match format {
        Format::Csv => to_csv(&rows),
        Format::Json => Ok(serde_json::to_vec(&ExportFile { home: home.home.to_string(), rows })?),
    }
}

/// Clamps to days that can have readings.
fn clamp_to_readings(home: &Home, days: Days) -> Days {
    let first = home.earliest.values().min().map(|first| calendar::previous_day(*first));
    let last = home.latest.values().max().map(|last| calendar::next_day(*last));
    let Some((first, last)) = first.zip(last) else { return Days { to: days.from, ..days } };
    let from = days.from.max(first);
    Days { from, to: days.to.min(calendar::next_day(last)).max(from) }
}

fn to_csv(rows: &[Row]) -> Result<Vec<u8>, StoreError> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let unwritable = |error: csv::Error| StoreError::Unwritable(serde::ser::Error::custom(error));
    writer.write_record(COLUMNS).map_err(unwritable)?;
    for row in rows {
        writer.serialize(row).map_err(unwritable)?;
    }
    writer.into_inner().map_err(|error| StoreError::Unwritable(serde::ser::Error::custom(error)))
}

/// The header of a CSV export, by which the import recognises it.
pub const COLUMNS: [&str; 7] = ["record", "fuel", "register", "start", "end", "value", "quality"];

async fn raw_rows(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    days: Days,
    zone: &TimeZone,
    rows: &mut Vec<Row>,
) -> Result<(), StoreError> {
    if days.from >= days.to {
        return Ok(());
    }
    let (start, end) = days.bounds(zone);
    let (from, to) = (calendar::utc_date(start), calendar::utc_date(end.plus(-1)));
    for document in store.days(&home.home, fuel, from, to).await? {
        let Document::Day(day) = document else { continue };
        day_rows(&day, start, end, rows);
    }
    Ok(())
}

fn day_rows(day: &Day, start: Moment, end: Moment, rows: &mut Vec<Row>) {
    let row = |record, register: String, at: Moment, end: Option<Moment>, value| Row {
        record,
        fuel: day.fuel,
        register,
        start: at.to_string(),
        end: end.map(|end| end.to_string()),
        value: Some(value),
        quality: None,
    };
    for (register, slots) in &day.registers {
        for (number, slot) in &slots.0 {
            let slot_start = day.slot_start(*number);
            let readings = [slot.first, slot.last];
            let count = if slot.first == slot.last { 1 } else { 2 };
            for (offset, value) in readings.into_iter().take(count) {
                let at = slot_start.plus(i64::from(offset));
                if start <= at && at < end {
                    rows.push(row(RecordKind::Reading, register.to_string(), at, None, value));
                }
            }
        }
    }
    for (direction, stated) in &day.stated {
        for (slot, watt_hours) in stated.iter() {
            let at = day.slot_start(slot);
            if start <= at && at < end {
                let half_hour_end = Some(at.plus(HALF_HOUR));
                rows.push(row(
                    RecordKind::Stated,
                    direction.name().to_owned(),
                    at,
                    half_hour_end,
                    watt_hours,
                ));
            }
        }
    }
}

async fn usage_rows(
    store: &Store,
    home: &Home,
    fuel: Fuel,
    direction: Direction,
    days: Days,
    zone: &TimeZone,
    rows: &mut Vec<Row>,
) -> Result<(), StoreError> {
    let request = UsageRequest { fuel, direction, days, step: Step::HalfHour };
    for interval in usage(store, home, request, zone).await?.intervals {
        if interval.quality == Quality::Missing {
            continue;
        }
        let quality = if interval.quality == Quality::Measured { "measured" } else { "estimated" };
        rows.push(Row {
            record: RecordKind::Usage,
            fuel,
            register: direction.name().to_owned(),
            start: interval.start.to_string(),
            end: Some(interval.end.to_string()),
            value: interval.energy.map(|energy| energy.0),
            quality: Some(quality.to_owned()),
        });
    }
    Ok(())
}
