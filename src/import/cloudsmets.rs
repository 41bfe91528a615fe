//! Our own export, CSV or JSON.

use jiff::Timestamp;

use super::line_counter::LineCounter;
use super::{EARLIEST_TIME, Format, ImportError, ImportOptions, MAX_HALF_HOUR_WH, ParsedFile};
use crate::domain::calendar::HALF_HOUR;
use crate::domain::merge::Change;
use crate::domain::observation::{LARGEST_REGISTER_VALUE, Observation};
use crate::domain::register::{Fuel, Register, Unit};
use crate::domain::units::Moment;
use crate::export::{COLUMNS, ExportFile, RecordKind, Row};

pub(super) fn read(content: &[u8], options: &ImportOptions<'_>) -> Result<ParsedFile, ImportError> {
    let mut parsed = ParsedFile::default();
    if content.trim_ascii_start().starts_with(b"{") {
        let file: ExportFile = serde_json::from_slice(content)?;
        for (line, row) in (1..).zip(file.rows) {
            add_row(&mut parsed, line, Ok(row), options);
        }
        return Ok(parsed);
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(content);
    let header = reader.headers().cloned().unwrap_or_default();
    if header.iter().map(str::trim).ne(COLUMNS) {
        return Err(ImportError::Header {
            format: Format::Cloudsmets,
            found: header.iter().collect::<Vec<_>>().join(",").chars().take(80).collect(),
        });
    }
    let mut record = csv::StringRecord::new();
    let mut line_counter = LineCounter::new(content);
    loop {
        let row = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => record.deserialize::<Row>(Some(&header)).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let line = line_counter.line_of(record.position());
        add_row(&mut parsed, line, row, options);
    }
    Ok(parsed)
}

fn add_row(
    parsed: &mut ParsedFile,
    line: u64,
    row: Result<Row, String>,
    options: &ImportOptions<'_>,
) {
    match row {
        Ok(row) if row.fuel != options.fuel || row.record == RecordKind::Usage => {
            parsed.line_count += 1;
            parsed.skipped_count += 1;
        }
        Ok(row) => parsed.add_line(line, parse_change(&row, options)),
        Err(reason) => parsed.add_line(line, Err(reason)),
    }
}

fn parse_change(row: &Row, options: &ImportOptions<'_>) -> Result<Change, String> {
    let at: Timestamp = row.start.parse().map_err(|_| format!("{:?} is not a time", row.start))?;
    let at = Moment::from(at);
    if at.unix() < EARLIEST_TIME {
        return Err(format!("{} lies before there were such meters", row.start));
    }
    if at > options.now {
        return Err(format!("{at} lies in the future"));
    }
    let value = row.value.ok_or("there is no value")?;
    if value > LARGEST_REGISTER_VALUE {
        return Err(format!("{value} is more than a register can show"));
    }
    match row.record {
        RecordKind::Reading => {
            let register: Register = row.register.parse().map_err(|error| format!("{error}"))?;
            if row.fuel == Fuel::Electricity && register.unit == Unit::Litres {
                return Err("electricity is not counted in litres".to_owned());
            }
            let fuel = row.fuel;
            Ok(Change::Imported(Observation::Register { fuel, register, at, value }))
        }
        RecordKind::Stated | RecordKind::Usage if at.unix() % HALF_HOUR != 0 => {
            Err(format!("{at} is not the start of a half-hour"))
        }
        RecordKind::Stated | RecordKind::Usage if value > MAX_HALF_HOUR_WH => {
            Err(format!("{value} Wh cannot be a half-hour's consumption"))
        }
        RecordKind::Stated | RecordKind::Usage => Ok(Change::StatedHalfHour {
            fuel: row.fuel,
            direction: row.register.parse().map_err(|error| format!("{error}"))?,
            start: at,
            watt_hours: value,
        }),
    }
}
