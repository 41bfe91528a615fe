//! Low Carbon London's half-hourly consumption (UK Power Networks): the kWh of the half-hour that starts
//! at the given time.

use std::ops::ControlFlow;

use jiff::civil::DateTime;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::file_time::TimeResolver;
use super::input::Input;
use super::record_reader::RecordReader;
use super::{EARLIEST_TIME, Format, ImportError, ImportOptions, Line, MAX_HALF_HOUR_WH, Visit};
use crate::domain::calendar::HALF_HOUR;
use crate::domain::merge::Change;
use crate::domain::register::Direction;

/// The positions of the columns.
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

pub(super) fn read(
    input: Input<'_>,
    options: &ImportOptions<'_>,
    visit: Visit<'_>,
) -> Result<(), ImportError> {
    let mut reader = RecordReader::new(input);
    let header = reader.header()?;
    let columns =
        Columns::from_header(&header).ok_or_else(|| ImportError::header(Format::Lcl, &header))?;
    let mut parser = LineParser {
        columns,
        times: TimeResolver::new(options.clock, options.zone),
        household: None,
        options,
    };
    while let Some((number, record)) = reader.next_record()? {
        let change = record.and_then(|record| parser.parse(&record));
        if visit(Line::new(number, change)) == ControlFlow::Break(()) {
            break;
        }
    }
    Ok(())
}

struct LineParser<'a> {
    columns: Columns,
    times: TimeResolver<'a>,
    /// The household of the first line.
    household: Option<String>,
    options: &'a ImportOptions<'a>,
}

impl LineParser<'_> {
    fn parse(&mut self, record: &csv::StringRecord) -> Result<Change, String> {
        self.check_household(record)?;
        let field = |column| record.get(column).map(str::trim).ok_or("the line is too short");
        let (time, energy) = (field(self.columns.time)?, field(self.columns.energy)?);
        let local_time: DateTime = time.parse().map_err(|_| format!("{time:?} is not a time"))?;
        let start = self.times.resolve(local_time)?;
        if start.unix() % HALF_HOUR != 0 {
            return Err(format!("{time} is not the start of a half-hour"));
        }
        if start.unix() < EARLIEST_TIME {
            return Err(format!("{time} is before the year 2000"));
        }
        if start >= self.options.now {
            return Err(format!("{time} is in the future"));
        }
        Ok(Change::StatedHalfHour {
            fuel: self.options.fuel,
            direction: Direction::Import,
            start,
            watt_hours: parse_watt_hours(energy)?,
        })
    }

    /// Refuses lines of another household. A file can contain many, but a home is one household.
    fn check_household(&mut self, record: &csv::StringRecord) -> Result<(), String> {
        let Some(column) = self.columns.household else { return Ok(()) };
        let found = record.get(column).unwrap_or_default().trim();
        let first = self.household.get_or_insert_with(|| found.to_owned());
        if first == found {
            Ok(())
        } else {
            Err(format!(
                "household {found:.40} is not {first:.40}, the household of the first line"
            ))
        }
    }
}

/// Parses kWh and rounds to the nearest Wh.
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
        .ok_or_else(|| format!("{text} kWh is not a plausible consumption of a half-hour"))
}
