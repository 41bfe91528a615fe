//! Tests of `GET /dashboard/...`: the pages and the data endpoints.

mod broken_homes;
mod pages;
mod parameters;
mod special_characters;
mod usage;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::dialect::Dialect;
use crate::host::{Batch, FunctionsHost};

/// Start and end of three periods of three local days each: around both clock changes and in summer.
const READ_PERIODS: [(&str, &str); 3] = [
    ("2026-03-28T00:00:00Z", "2026-03-30T23:00:00Z"),
    ("2026-05-30T23:00:00Z", "2026-06-02T23:00:00Z"),
    ("2026-10-23T23:00:00Z", "2026-10-27T00:00:00Z"),
];

const HOME: &str = "house";

fn unix(utc: &str) -> i64 {
    utc.parse::<jiff::Timestamp>().unwrap().as_second()
}

/// Unix times at which the half-hours with readings begin.
fn half_hours() -> impl Iterator<Item = i64> {
    READ_PERIODS.into_iter().flat_map(|(from, to)| (unix(from)..unix(to)).step_by(1_800))
}

/// Wh in the half-hour that begins at `start`. Adjacent half-hours differ.
fn energy_in(start: i64) -> u64 {
    100 + 37 * (start / 1_800 % 13).unsigned_abs()
}

/// Wh between two Unix times; `None` if there are no readings.
fn energy_between(from: i64, to: i64) -> Option<u64> {
    half_hours()
        .filter(|start| (from..to).contains(start))
        .map(energy_in)
        .reduce(|sum, half_hour| sum + half_hour)
}

/// A home with a reading at each half-hour of the periods.
fn host_with_readings() -> FunctionsHost {
    let mut register = 1_000_000;
    let mut events = Vec::new();
    for (from, to) in READ_PERIODS {
        for at in (unix(from)..=unix(to)).step_by(1_800) {
            events.push(Dialect::V2.event(HOME, at, register));
            register += if at < unix(to) { energy_in(at) } else { 0 };
        }
    }
    let host = FunctionsHost::start();
    for (n, chunk) in events.chunks(100).enumerate() {
        host.deliver(&Batch::in_partition(0, n as u64 * 100, chunk.to_vec()));
    }
    host
}

/// Unix time at which a local day begins.
fn midnight(date: &str) -> i64 {
    let date: Date = date.parse().unwrap();
    let london = TimeZone::get("Europe/London").unwrap();
    date.to_zoned(london).unwrap().timestamp().as_second()
}
