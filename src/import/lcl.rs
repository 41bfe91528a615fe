//! Low Carbon London's half-hourly consumption (UK Power Networks): kWh used
//! in the half-hour that begins at the time given.

use jiff::civil::DateTime;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::file_time::TimeResolver;
use super::line_counter::LineCounter;
use super::{EARLIEST_TIME, Format, ImportError, ImportOptions, MAX_HALF_HOUR_WH, ParsedFile};
use crate::domain::calendar::HALF_HOUR;
use crate::domain::merge::Change;
use crate::domain::register::Direction;

/// Which column holds what.
struct Columns {
    household: Option<usize>,
    time: usize,
    energy: usize,
}

impl Columns {
    fn from_header(header: &csv::StringRecord) -> Option<Self> {
        let names: Vec<_> = header.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
        match names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["", energy] if energy.starts_with("kwh/hh") => {
                Some(Self { household: None, time: 0, energy: 1 })
            }
            ["lclid", "stdortou", "datetime", energy] if energy.starts_with("kwh/hh") => {
                Some(Self { household: Some(0), time: 2, energy: 3 })
            }
            _ => None,
        }
    }
}

pub(super) fn read(content: &[u8], options: &ImportOptions<'_>) -> Result<ParsedFile, ImportError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(content);
    let header = reader.headers().cloned().unwrap_or_default();
    let columns = Columns::from_header(&header).ok_or_else(|| ImportError::Header {
        format: Format::Lcl,
        found: header.iter().collect::<Vec<_>>().join(",").chars().take(80).collect(),
    })?;
    let mut parsed = ParsedFile::default();
    let mut times = TimeResolver::new(options.clock, options.zone);
    let mut household = None;
    let mut line_counter = LineCounter::new(content);
    for record in reader.records() {
        let (line, change) = match &record {
            Ok(record) => {
                let line = line_counter.line_of(record.position());
                let change = check_household(record, &columns, &mut household)
                    .and_then(|()| parse_change(record, &columns, &mut times, options));
                (line, change)
            }
            Err(error) => (line_counter.line_of(error.position()), Err(error.to_string())),
        };
        parsed.add_line(line, change);
    }
    Ok(parsed)
}

/// A file may hold many households; a home is one of them.
fn check_household(
    record: &csv::StringRecord,
    columns: &Columns,
    household: &mut Option<String>,
) -> Result<(), String> {
    let Some(column) = columns.household else { return Ok(()) };
    let found = record.get(column).unwrap_or_default().trim();
    let first = household.get_or_insert_with(|| found.to_owned());
    if first == found {
        Ok(())
    } else {
        Err(format!("household {found} is not {first}, which the file began with"))
    }
}

fn parse_change(
    record: &csv::StringRecord,
    columns: &Columns,
    times: &mut TimeResolver<'_>,
    options: &ImportOptions<'_>,
) -> Result<Change, String> {
    let field = |column| record.get(column).map(str::trim).ok_or("the line is too short");
    let (time, energy) = (field(columns.time)?, field(columns.energy)?);
    let local_time: DateTime = time.parse().map_err(|_| format!("{time:?} is not a time"))?;
    let start = times.resolve(local_time)?;
    if start.unix() % HALF_HOUR != 0 {
        return Err(format!("{time} is not the start of a half-hour"));
    }
    if start.unix() < EARLIEST_TIME {
        return Err(format!("{time} lies before there were such meters"));
    }
    if start >= options.now {
        return Err(format!("{time} lies in the future"));
    }
    Ok(Change::StatedHalfHour {
        fuel: options.fuel,
        direction: Direction::Import,
        start,
        watt_hours: parse_watt_hours(energy)?,
    })
}

/// kWh as the file writes them, to the nearest Wh.
fn parse_watt_hours(text: &str) -> Result<u64, String> {
    let kwh: Decimal = text
        .parse()
        .or_else(|_| Decimal::from_scientific(text))
        .map_err(|_| format!("{text:?} is not a number of kWh"))?;
    let wh = kwh.checked_mul(Decimal::ONE_THOUSAND).map(|wh| {
        wh.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
    });
    wh.and_then(|wh| wh.to_u64())
        .filter(|wh| *wh <= MAX_HALF_HOUR_WH)
        .ok_or_else(|| format!("{text} kWh cannot be a half-hour's consumption"))
}
