//! The rows of our own export, and their CSV.

use std::ops::ControlFlow;

use jiff::Timestamp;

use super::input::Input;
use super::record_reader::RecordReader;
use super::{EARLIEST_TIME, Format, ImportError, ImportOptions, Line, MAX_HALF_HOUR_WH, Visit};
use crate::domain::calendar::HALF_HOUR;
use crate::domain::merge::Change;
use crate::domain::observation::{LARGEST_REGISTER_VALUE, Observation};
use crate::domain::register::{Fuel, Register, Unit};
use crate::domain::units::Moment;
use crate::export::{COLUMNS, RecordKind, Row};

pub(super) fn read_csv(
    input: Input<'_>,
    options: &ImportOptions<'_>,
    visit: Visit<'_>,
) -> Result<(), ImportError> {
    let mut reader = RecordReader::new(input);
    let header = reader.header()?;
    if header.iter().map(str::trim).ne(COLUMNS) {
        return Err(ImportError::header(Format::Cloudsmets, &header));
    }
    while let Some((number, record)) = reader.next_record()? {
        let row = record.and_then(|record| {
            record.deserialize(Some(&header)).map_err(|error: csv::Error| error.to_string())
        });
        if visit(parse_row(number, row, options)) == ControlFlow::Break(()) {
            break;
        }
    }
    Ok(())
}

pub(super) fn parse_row(
    number: u64,
    row: Result<Row, String>,
    options: &ImportOptions<'_>,
) -> Line {
    match row {
        Ok(row) if row.fuel != options.fuel || row.record == RecordKind::Usage => {
            Line::skipped(number)
        }
        Ok(row) => Line::new(number, parse_change(&row, options)),
        Err(reason) => Line::new(number, Err(reason)),
    }
}

fn parse_change(row: &Row, options: &ImportOptions<'_>) -> Result<Change, String> {
    let at: Timestamp = row.start.parse().map_err(|_| format!("{:?} is not a time", row.start))?;
    let at = Moment::from(at);
    if at.unix() < EARLIEST_TIME {
        return Err(format!("{} is before the year 2000", row.start));
    }
    if at > options.now {
        return Err(format!("{at} is in the future"));
    }
    let value = row.value.ok_or("there is no value")?;
    if value > LARGEST_REGISTER_VALUE {
        return Err(format!("{value} is too large for a register"));
    }
    match row.record {
        RecordKind::Reading => {
            let register: Register = row.register.parse().map_err(|error| format!("{error}"))?;
            if row.fuel == Fuel::Electricity && register.unit == Unit::Litres {
                return Err("electricity is not measured in litres".to_owned());
            }
            let fuel = row.fuel;
            Ok(Change::Imported(Observation::Register { fuel, register, at, value }))
        }
        RecordKind::Stated | RecordKind::Usage if at.unix() % HALF_HOUR != 0 => {
            Err(format!("{at} is not the start of a half-hour"))
        }
        RecordKind::Stated | RecordKind::Usage if value > MAX_HALF_HOUR_WH => {
            Err(format!("{value} Wh is not a plausible consumption of a half-hour"))
        }
        RecordKind::Stated | RecordKind::Usage => Ok(Change::StatedHalfHour {
            fuel: row.fuel,
            direction: row.register.parse().map_err(|error| format!("{error}"))?,
            start: at,
            watt_hours: value,
        }),
    }
}
