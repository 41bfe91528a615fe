//! More than two years of a real home, from a file next to the project.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use jiff::tz::TimeZone;
use tempfile::TempDir;

use super::{import, usage_wh};
use crate::host::FunctionsHost;
use crate::prerequisites::shared_file;

/// The period of the file in local days, in whole months and in whole years.
pub(super) const DAYS: (&str, &str) = ("2011-12-10", "2014-02-28");
pub(super) const MONTHS: (&str, &str) = ("2011-12-01", "2014-03-01");
const YEARS: (&str, &str) = ("2011-01-01", "2015-01-01");

pub(super) fn real_home_file() -> Option<PathBuf> {
    shared_file("data/lcl-mac000060-half-hourly.csv.gz")
}

/// Each half-hour's start, in Unix seconds, and its Wh.
pub(super) fn read_half_hours(path: &PathBuf) -> BTreeMap<i64, u64> {
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let lines = text.lines().skip(1).map(|line| {
        let (time, kwh) = line.split_once(',').unwrap();
        let time: jiff::Timestamp = format!("{}Z", time.replace(' ', "T")).parse().unwrap();
        // The file has few decimals, so rounding to the nearest Wh is unambiguous.
        let kwh: f64 = kwh.parse().unwrap();
        (time.as_second(), (kwh * 1_000.0).round() as u64)
    });
    let half_hours: BTreeMap<_, _> = lines.collect();
    assert_eq!(half_hours.len(), 38_784);
    half_hours
}

/// The sum of the half-hours by local month or year (`prefix_length` of the date's text).
pub(super) fn sums_by_date_prefix(
    half_hours: &BTreeMap<i64, u64>,
    prefix_length: usize,
) -> BTreeMap<String, u64> {
    let london = TimeZone::get("Europe/London").unwrap();
    let mut sums = BTreeMap::new();
    for (start, wh) in half_hours {
        let date = london.to_datetime(jiff::Timestamp::from_second(*start).unwrap()).date();
        *sums.entry(date.to_string()[..prefix_length].to_owned()).or_insert(0) += wh;
    }
    sums
}

/// The half-hours that `/usage` reports, in the form of [`read_half_hours`].
pub(super) fn reported_half_hours(host: &FunctionsHost, home: &str) -> BTreeMap<i64, u64> {
    let target =
        format!("homes/{home}/usage?fuel=electricity&from={}&to={}&step=half-hour", DAYS.0, DAYS.1);
    let usage = host.data(&target);
    let intervals = usage["intervals"].as_array().unwrap();
    let known = intervals.iter().filter_map(|interval| {
        let start: jiff::Timestamp = interval["start"].as_str().unwrap().parse().unwrap();
        Some((start.as_second(), interval["wh"].as_u64()?))
    });
    known.collect()
}

/// Compares half-hours and prints at most five differences.
pub(super) fn assert_same_half_hours(
    found: &BTreeMap<i64, u64>,
    file: &BTreeMap<i64, u64>,
    home: &str,
) {
    let different: Vec<_> = file
        .iter()
        .map(|(start, wh)| (crate::host::utc(*start), Some(*wh), found.get(start).copied()))
        .filter(|(_, expected, found)| expected != found)
        .collect();
    let shown = &different[..different.len().min(5)];
    assert!(different.is_empty(), "{home}: {} half-hours differ: {shown:?}", different.len());
    assert_eq!(found.len(), file.len(), "{home} has half-hours that are not in the file");
}

#[test]
fn daily_monthly_and_yearly_totals_match_the_file() {
    let Some(path) = real_home_file() else { return };
    let half_hours = read_half_hours(&path);
    let data = TempDir::new().unwrap();
    let output = import(data.path(), &path, "electricity", &["--format", "lcl"]);
    assert!(
        output.contains("read 38784, added 38784, replaced 0, unchanged 0, refused 0"),
        "{output}"
    );
    let host = FunctionsHost::start_on(data);
    let months = usage_wh(&host, "house", MONTHS.0, MONTHS.1, "month");
    let expected: Vec<_> = sums_by_date_prefix(&half_hours, 7).into_values().map(Some).collect();
    assert_eq!(expected.len(), 27);
    assert_eq!(months, expected);
    let years = usage_wh(&host, "house", YEARS.0, YEARS.1, "year");
    let expected: Vec<_> = sums_by_date_prefix(&half_hours, 4).into_values().map(Some).collect();
    assert_eq!(years, expected);
    let days = usage_wh(&host, "house", DAYS.0, DAYS.1, "day");
    let expected = sums_by_date_prefix(&half_hours, 10);
    assert_eq!(days.iter().flatten().count(), expected.len());
    assert_eq!(
        days.into_iter().flatten().collect::<Vec<_>>(),
        expected.into_values().collect::<Vec<_>>()
    );
    assert_same_half_hours(&reported_half_hours(&host, "house"), &half_hours, "house");
}
