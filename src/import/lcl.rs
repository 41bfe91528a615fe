//! Low Carbon London's half-hourly consumption (UK Power Networks): kWh used
//! in the half-hour that begins at the time given.

use jiff::civil::DateTime;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::lines::Lines;
use super::wall_clock::WallClock;
use super::{BadFile, EARLIEST, Format, History, MOST_IN_HALF_AN_HOUR, Reading};
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
    fn of(header: &csv::StringRecord) -> Option<Self> {
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

pub(super) fn read(content: &[u8], how: &Reading<'_>) -> Result<History, BadFile> {
    let mut lines = csv::ReaderBuilder::new().flexible(true).from_reader(content);
    let header = lines.headers().cloned().unwrap_or_default();
    let columns = Columns::of(&header).ok_or_else(|| BadFile::Header {
        format: Format::Lcl,
        found: header.iter().collect::<Vec<_>>().join(",").chars().take(80).collect(),
    })?;
    let mut history = History::default();
    let mut clock = WallClock::new(how.clock, how.zone);
    let mut household = None;
    let mut numbers = Lines::new(content);
    for record in lines.records() {
        let (line, change) = match &record {
            Ok(record) => {
                let line = numbers.of(record.position());
                let change = check_household(record, &columns, &mut household)
                    .and_then(|()| change(record, &columns, &mut clock, how));
                (line, change)
            }
            Err(error) => (numbers.of(error.position()), Err(error.to_string())),
        };
        history.take(line, change);
    }
    Ok(history)
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

fn change(
    record: &csv::StringRecord,
    columns: &Columns,
    clock: &mut WallClock<'_>,
    how: &Reading<'_>,
) -> Result<Change, String> {
    let field = |column| record.get(column).map(str::trim).ok_or("the line is too short");
    let (time, energy) = (field(columns.time)?, field(columns.energy)?);
    let wall: DateTime = time.parse().map_err(|_| format!("{time:?} is not a time"))?;
    let start = clock.moment(wall)?;
    if start.unix() % HALF_HOUR != 0 {
        return Err(format!("{time} is not the start of a half-hour"));
    }
    if start.unix() < EARLIEST {
        return Err(format!("{time} lies before there were such meters"));
    }
    if start >= how.now {
        return Err(format!("{time} lies in the future"));
    }
    Ok(Change::Stated {
        fuel: how.fuel,
        direction: Direction::Import,
        start,
        watt_hours: watt_hours(energy)?,
    })
}

/// kWh as the file writes them, to the nearest Wh.
fn watt_hours(text: &str) -> Result<u64, String> {
    let kwh: Decimal = text
        .parse()
        .or_else(|_| Decimal::from_scientific(text))
        .map_err(|_| format!("{text:?} is not a number of kWh"))?;
    let wh = kwh.checked_mul(Decimal::ONE_THOUSAND).map(|wh| {
        wh.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
    });
    wh.and_then(|wh| wh.to_u64())
        .filter(|wh| *wh <= MOST_IN_HALF_AN_HOUR)
        .ok_or_else(|| format!("{text} kWh cannot be a half-hour's consumption"))
}
