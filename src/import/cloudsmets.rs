//! Our own export, CSV or JSON.

use jiff::Timestamp;

use super::lines::Lines;
use super::{BadFile, EARLIEST, Format, History, MOST_IN_HALF_AN_HOUR, Reading};
use crate::domain::calendar::HALF_HOUR;
use crate::domain::merge::Change;
use crate::domain::observation::{LARGEST_REGISTER, Observation};
use crate::domain::register::{Fuel, Register, Unit};
use crate::domain::units::Moment;
use crate::export::{COLUMNS, File, Record, Row};

pub(super) fn read(content: &[u8], how: &Reading<'_>) -> Result<History, BadFile> {
    let mut history = History::default();
    if content.trim_ascii_start().starts_with(b"{") {
        let file: File = serde_json::from_slice(content)?;
        for (line, row) in (1..).zip(file.rows) {
            take(&mut history, line, Ok(row), how);
        }
        return Ok(history);
    }
    let mut lines = csv::ReaderBuilder::new().flexible(true).from_reader(content);
    let header = lines.headers().cloned().unwrap_or_default();
    if header.iter().map(str::trim).ne(COLUMNS) {
        return Err(BadFile::Header {
            format: Format::Cloudsmets,
            found: header.iter().collect::<Vec<_>>().join(",").chars().take(80).collect(),
        });
    }
    let mut record = csv::StringRecord::new();
    let mut numbers = Lines::new(content);
    loop {
        let row = match lines.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => record.deserialize::<Row>(Some(&header)).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let line = numbers.of(record.position());
        take(&mut history, line, row, how);
    }
    Ok(history)
}

fn take(history: &mut History, line: u64, row: Result<Row, String>, how: &Reading<'_>) {
    match row {
        Ok(row) if row.fuel != how.fuel || row.record == Record::Usage => {
            history.lines += 1;
            history.skipped += 1;
        }
        Ok(row) => history.take(line, change(&row, how)),
        Err(reason) => history.take(line, Err(reason)),
    }
}

fn change(row: &Row, how: &Reading<'_>) -> Result<Change, String> {
    let at: Timestamp = row.start.parse().map_err(|_| format!("{:?} is not a time", row.start))?;
    let at = Moment::from(at);
    if at.unix() < EARLIEST {
        return Err(format!("{} lies before there were such meters", row.start));
    }
    if at > how.now {
        return Err(format!("{at} lies in the future"));
    }
    let value = row.value.ok_or("there is no value")?;
    if value > LARGEST_REGISTER {
        return Err(format!("{value} is more than a register can show"));
    }
    match row.record {
        Record::Reading => {
            let register: Register = row.register.parse().map_err(|error| format!("{error}"))?;
            if row.fuel == Fuel::Electricity && register.unit == Unit::Litres {
                return Err("electricity is not counted in litres".to_owned());
            }
            let fuel = row.fuel;
            Ok(Change::Read(Observation::Register { fuel, register, at, value }))
        }
        Record::Stated | Record::Usage if at.unix() % HALF_HOUR != 0 => {
            Err(format!("{at} is not the start of a half-hour"))
        }
        Record::Stated | Record::Usage if value > MOST_IN_HALF_AN_HOUR => {
            Err(format!("{value} Wh cannot be a half-hour's consumption"))
        }
        Record::Stated | Record::Usage => Ok(Change::Stated {
            fuel: row.fuel,
            direction: row.register.parse().map_err(|error| format!("{error}"))?,
            start: at,
            watt_hours: value,
        }),
    }
}
