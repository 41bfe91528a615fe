//! The rows of an export.

use serde::{Deserialize, Serialize};

use crate::domain::calendar::HALF_HOUR;
use crate::domain::consumption::{Interval, Quality};
use crate::domain::document::Day;
use crate::domain::register::{Direction, Fuel};
use crate::domain::units::Moment;

/// The header of a CSV export, by which the import recognises it.
pub const COLUMNS: [&str; 7] = ["record", "fuel", "register", "start", "end", "value", "quality"];

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

/// The readings and supplier-stated half-hours of a UTC day from `start` (included) to `end`
/// (excluded).
pub(super) fn day_rows(day: &Day, start: Moment, end: Moment) -> Vec<Row> {
    let mut rows = Vec::new();
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
    rows
}

/// The row of a half-hour of consumption; `None` if there are no readings in it.
pub(super) fn usage_row(fuel: Fuel, direction: Direction, interval: &Interval) -> Option<Row> {
    let quality = match interval.quality {
        Quality::Measured => "measured",
        Quality::Estimated => "estimated",
        Quality::Missing => return None,
    };
    Some(Row {
        record: RecordKind::Usage,
        fuel,
        register: direction.name().to_owned(),
        start: interval.start.to_string(),
        end: Some(interval.end.to_string()),
        value: interval.energy.map(|energy| energy.0),
        quality: Some(quality.to_owned()),
    })
}
