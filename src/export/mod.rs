//! Exports a home's readings over some local days as CSV or JSON. `cloudsmets import --format
//! cloudsmets` reads both and restores register readings and supplier-stated half-hours exactly.
//! Prices, balances, calorific values and the state of devices are not exported.
//!
//! There are three kinds of record: `reading` (a register reading), `stated` (a supplier-stated
//! half-hour) and `usage` (the energy of a half-hour that this program calculates from both, which is
//! for people and is not imported).
//!
//! An export is streamed: at most one month of documents and rows is in memory, plus another month that
//! is encoded and waits for its reader. Consumption depends on readings on both sides of a gap of any
//! length, so its segments (48 bytes each) are kept for the whole span of one fuel.

mod encoder;
mod format;
mod row;
mod stream;

use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::Semaphore;

pub use format::{Format, UnknownFormat};
pub use row::{COLUMNS, RecordKind, Row};
pub use stream::{ExportError, ExportStream};

use crate::domain::calendar::{self, Days, Step};
use crate::domain::document::{Document, Home};
use crate::domain::register::{Direction, Fuel};
use crate::report::{UsageRequest, usage};
use crate::store::Store;
use encoder::Encoder;
use row::{day_rows, usage_row};
use stream::{ExportSender, channel};

/// Exports that run at the same time; further ones wait. Each holds up to two months in memory.
const MAX_CONCURRENT_EXPORTS: usize = 2;

static EXPORT_SLOTS: Semaphore = Semaphore::const_new(MAX_CONCURRENT_EXPORTS);

/// Half-hours that are encoded together: those of 31 days.
const HALF_HOURS_PER_CHUNK: usize = 31 * 48;

/// What to export.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    pub home: Home,
    pub days: Days,
    pub format: Format,
    pub zone: TimeZone,
    /// A reader that takes nothing for this time is cut off; `None` waits without limit.
    pub stall_limit: Option<Duration>,
}

/// Starts an export. It runs in a task of its own and ends when the stream is dropped.
#[must_use]
pub fn start(store: Store, request: ExportRequest) -> ExportStream {
    let (output, stream) = channel(request.stall_limit);
    tokio::spawn(async move {
        tokio::select! {
            () = output.closed() => {}
            // Cannot fail because the semaphore is never closed.
            Ok(_slot) = EXPORT_SLOTS.acquire() => {
                let result = write(&store, &request, &output).await;
                output.finish(result).await;
            }
        }
    });
    stream
}

async fn write(
    store: &Store,
    request: &ExportRequest,
    output: &ExportSender,
) -> Result<(), ExportError> {
    let ExportRequest { home, days, format, zone, .. } = request;
    let export = Export { store, home, days: clamp_to_readings(home, *days), zone, output };
    let mut encoder = Encoder::new(*format, &home.home)?;
    for fuel in home.latest.keys().copied() {
        let directions = export.readings(fuel, &mut encoder).await?;
        for direction in directions {
            export.usage(fuel, direction, &mut encoder).await?;
        }
    }
    output.send(encoder.finish()).await
}

struct Export<'a> {
    store: &'a Store,
    home: &'a Home,
    days: Days,
    zone: &'a TimeZone,
    output: &'a ExportSender,
}

impl Export<'_> {
    /// Writes a fuel's readings and supplier-stated half-hours month by month. Returns the directions
    /// that occur in them.
    async fn readings(
        &self,
        fuel: Fuel,
        encoder: &mut Encoder,
    ) -> Result<Vec<Direction>, ExportError> {
        let mut directions = [(Direction::Import, false), (Direction::Export, false)];
        let (start, end) = self.days.bounds(self.zone);
        for (from, to) in utc_months(self.days, self.zone) {
            for document in self.store.days(&self.home.home, fuel, from, to).await? {
                let Document::Day(day) = document else { continue };
                let rows = day_rows(&day, start, end);
                for (direction, occurs) in &mut directions {
                    *occurs |= rows.iter().any(|row| row.register.starts_with(direction.name()));
                }
                encoder.add(&rows)?;
            }
            self.output.send(encoder.take()).await?;
        }
        Ok(directions
            .into_iter()
            .filter_map(|(direction, occurs)| occurs.then_some(direction))
            .collect())
    }

    async fn usage(
        &self,
        fuel: Fuel,
        direction: Direction,
        encoder: &mut Encoder,
    ) -> Result<(), ExportError> {
        let request = UsageRequest { fuel, direction, days: self.days, step: Step::HalfHour };
        let series = usage(self.store, self.home, request, self.zone).await?;
        for intervals in series.intervals.chunks(HALF_HOURS_PER_CHUNK) {
            let rows = intervals.iter().filter_map(|interval| usage_row(fuel, direction, interval));
            encoder.add(&rows.collect::<Vec<_>>())?;
            self.output.send(encoder.take()).await?;
        }
        Ok(())
    }
}

/// The first and the last UTC day of each UTC month, clipped to the UTC days that `days` overlap.
fn utc_months(days: Days, zone: &TimeZone) -> impl Iterator<Item = (Date, Date)> {
    let (start, end) = days.bounds(zone);
    let (first, last) = (calendar::utc_date(start), calendar::utc_date(end.plus(-1)));
    let month_from =
        move |from: Date| (from <= last).then(|| (from, last.min(from.last_of_month())));
    let first = if start < end { month_from(first) } else { None };
    std::iter::successors(first, move |(_, to)| month_from(to.tomorrow().ok()?))
}

/// Clamps to days that can have readings.
fn clamp_to_readings(home: &Home, days: Days) -> Days {
    let first = home.earliest.values().min().map(|first| calendar::previous_day(*first));
    let last = home.latest.values().max().map(|last| calendar::next_day(*last));
    let Some((first, last)) = first.zip(last) else { return Days { to: days.from, ..days } };
    let from = days.from.max(first);
    Days { from, to: days.to.min(calendar::next_day(last)).max(from) }
}
