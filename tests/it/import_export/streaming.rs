//! Tests of exports as streams: their bytes, their memory and how they fail.

use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::path::Path;

use cloudsmets::domain::calendar::{Days, Step};
use cloudsmets::domain::consumption::Quality;
use cloudsmets::domain::document::{Day, Document, Home};
use cloudsmets::domain::identity::HomeId;
use cloudsmets::domain::register::{Direction, Fuel};
use cloudsmets::report::{UsageRequest, usage};
use cloudsmets::store::Store;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use tempfile::TempDir;

use super::{import, run_program};
use crate::dialect::{Dialect, gas};
use crate::host::{Batch, Connection, Event, FunctionsHost, head};

const START: i64 = 1_740_700_800; // 2025-02-28T00:00:00Z
const DAYS: [&str; 4] = ["--from", "2025-03-01", "--to", "2025-11-15"];

/// Readings of both fuels for nine months, with export, two tariff registers in spring, and gaps and
/// a fault at the edges of months and at both clock changes.
fn host_with_history() -> FunctionsHost {
    let is_gap = |at: i64| {
        // 2025-03-30 to 2025-04-02, the night to 2025-06-01, and six weeks from 2025-08-20.
        [
            (1_743_292_800, 1_743_552_000),
            (1_748_728_800, 1_748_739_600),
            (1_755_648_000, 1_759_276_800),
        ]
        .iter()
        .any(|(from, to)| (*from..*to).contains(&at))
    };
    let mut events = Vec::new();
    for n in (0..260 * 48_i64).step_by(3).filter(|n| !is_gap(START + n * 1_800)) {
        let (at, wh) = (START + n * 1_800 + n % 7 * 60, 1_000_000 + 217 * n.unsigned_abs());
        // 2025-06-30T22:30:00Z to midnight: a fault across the end of a local month.
        let shown = if (1_751_322_600..1_751_328_000).contains(&at) { 7 } else { wh };
        events.push(match n {
            0..3_000 => two_tariffs(at, wh),
            _ => Dialect::V1.event("house", at, shown),
        });
        events.push(gas("house", at + 13, 400_000 + 3 * (n / 5).unsigned_abs()));
    }
    let host = FunctionsHost::start();
    for (n, chunk) in events.chunks(500).enumerate() {
        host.deliver(&Batch::in_partition(0, n as u64 * 500, chunk.to_vec()));
    }
    host
}

fn two_tariffs(at: i64, wh: u64) -> Event {
    let (day, night) = (wh / 3 * 2, wh / 3);
    let body = format!(
        "{{\"cloudsmets\":{{\"v\":2,\"t\":{at},\"elec\":{{\"imp\":[[1,{day}],[2,{night}]],\"exp\":[[0,{}]]}}}}}}",
        wh / 9
    );
    Event::new("house", at, body)
}

/// The export as it was before it was streamed: all rows in memory, computed over the whole span.
fn unstreamed_export(data: &Path, days: Days) -> Vec<String> {
    let zone = TimeZone::get("Europe/London").unwrap();
    let store = Store::open_embedded(data, &zone).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let home = store.home(&HomeId::new("house").unwrap()).await.unwrap().unwrap();
        let mut rows = vec!["record,fuel,register,start,end,value,quality".to_owned()];
        for fuel in home.latest.keys().copied() {
            for day in all_days(&store, &home, fuel, days).await {
                reading_rows(&day, days, &zone, &mut rows);
            }
            for direction in [Direction::Import, Direction::Export] {
                let request = UsageRequest { fuel, direction, days, step: Step::HalfHour };
                let series = usage(&store, &home, request, &zone).await.unwrap();
                for half_hour in series.intervals {
                    let quality = match half_hour.quality {
                        Quality::Measured => "measured",
                        Quality::Estimated => "estimated",
                        Quality::Missing => continue,
                    };
                    rows.push(format!(
                        "usage,{},{},{},{},{},{quality}",
                        fuel.name(),
                        direction.name(),
                        half_hour.start,
                        half_hour.end,
                        half_hour.energy.unwrap().0
                    ));
                }
            }
        }
        rows
    })
}

async fn all_days(store: &Store, home: &Home, fuel: Fuel, days: Days) -> Vec<Day> {
    let (first, last) = (days.from.yesterday().unwrap(), days.to);
    let documents = store.days(&home.home, fuel, first, last).await.unwrap();
    let day = |document| if let Document::Day(day) = document { day } else { unreachable!() };
    documents.into_iter().map(day).collect()
}

fn reading_rows(day: &Day, days: Days, zone: &TimeZone, rows: &mut Vec<String>) {
    let (start, end) = days.bounds(zone);
    for (register, slots) in &day.registers {
        for (number, slot) in &slots.0 {
            let mut readings = vec![slot.first, slot.last];
            readings.dedup();
            for (offset, value) in readings {
                let at = day.slot_start(*number).plus(i64::from(offset));
                if start <= at && at < end {
                    rows.push(format!("reading,{},{register},{at},,{value},", day.fuel.name()));
                }
            }
        }
    }
}

#[test]
fn a_streamed_export_equals_one_that_is_computed_over_the_whole_span() {
    let data = host_with_history().stop();
    let days = Days { from: date(2025, 3, 1), to: date(2025, 11, 15) };
    let expected = unstreamed_export(data.path(), days);
    assert!(expected.len() > 10_000, "{}", expected.len());
    for record in ["reading,gas,", "usage,electricity,export,", "estimated", "import.2.wh"] {
        assert!(expected.iter().any(|row| row.contains(record)), "{record}");
    }
    let arguments = [&["export", "--home", "house", "--format", "csv"], &DAYS[..]].concat();
    let exported = String::from_utf8(run_program(data.path(), &arguments)).unwrap();
    for (found, expected) in exported.lines().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(exported.lines().count(), expected.len());
    assert!(exported.ends_with('\n'));
    let arguments = [&["export", "--home", "house", "--format", "json"], &DAYS[..]].concat();
    let json = String::from_utf8(run_program(data.path(), &arguments)).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(parsed["rows"].as_array().unwrap().len(), expected.len() - 1);
    assert!(
        json.starts_with(r#"{"home":"house","rows":[{"record":"reading","fuel":""#),
        "{}",
        &json[..80]
    );
    assert!(!json.contains(['\n', ' ']));
}

/// A home with supplier-stated half-hours of both fuels for ten years.
fn ten_years() -> TempDir {
    let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut content = ",KWH/hh (per half hour) \n".to_owned();
    let mut day: Date = date(2015, 1, 1);
    while day < date(2025, 1, 1) {
        for half_hour in 0..48 {
            let (hour, minute) = (half_hour / 2, half_hour % 2 * 30);
            writeln!(content, "{day} {hour:02}:{minute:02}:00,0.{:03}", half_hour * 7 + 1).unwrap();
        }
        day = day.tomorrow().unwrap();
    }
    let file = directory.path().join("ten-years.csv");
    fs::write(&file, content).unwrap();
    import(data.path(), &file, "electricity", &["--format", "lcl"]);
    import(data.path(), &file, "gas", &["--format", "lcl"]);
    data
}

/// The largest amount of memory that a process has had so far, in MB.
fn peak_memory_megabytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}

fn export_request(format: &str) -> Vec<u8> {
    let target = format!(
        "/dashboard/api/v1/homes/house/export?from=2015-01-01&to=2025-01-01&format={format}"
    );
    head("GET", &target, &[("Authorization", &FunctionsHost::credentials())])
}

/// Held in memory as rows, ten years of both fuels take more than 350 MB.
#[test]
fn ten_years_are_exported_in_little_memory_and_slow_clients_do_not_block_the_others() {
    const LIMIT_MEGABYTES: u64 = 160;
    let host = FunctionsHost::start_on(ten_years());
    // Two clients that read nothing but the first byte hold both slots.
    let stalled = [0, 1].map(|_| {
        let mut connection = host.connect();
        connection.write(&export_request("json")).unwrap();
        let mut first = [0];
        connection.writer().unwrap().read_exact(&mut first).unwrap();
        connection
    });
    let mut waiting = host.connect();
    waiting.write(&export_request("json")).unwrap();
    assert_eq!(host.get("/dashboard").status, 200);
    stalled.into_iter().for_each(Connection::shut_down);
    let json = waiting.reply().unwrap();
    assert_eq!(json.status, 200);
    assert!(json.body.len() > 60_000_000, "{}", json.body.len());
    assert!(json.body.ends_with(b"]}"));
    let csv = host.connect().round_trip(&export_request("csv")).unwrap();
    let half_hours = 3_653 * 48;
    assert_eq!(csv.body.iter().filter(|byte| **byte == b'\n').count(), 1 + 4 * half_hours);
    let peak = peak_memory_megabytes(host.program.id());
    eprintln!("peak memory of exporting ten years: {peak} MB");
    assert!(peak < LIMIT_MEGABYTES, "{peak} MB");
}

#[test]
fn a_failure_during_an_export_breaks_the_transfer() {
    let host = host_with_history();
    let data = host.stop();
    let damage = |id: &str| {
        let database = rusqlite::Connection::open(data.path().join("cloudsmets.sqlite")).unwrap();
        let update =
            "UPDATE documents SET body = CAST('{\"schema\":\"sesame\"}' AS BLOB) WHERE id = ?1";
        assert_eq!(database.execute(update, [id]).unwrap(), 1, "{id}");
    };
    damage("day:electricity:2025-11-10");
    let host = FunctionsHost::start_on(data);
    let target = |from: &str, format: &str| {
        let days = format!("from={from}&to=2025-11-15");
        head(
            "GET",
            &format!("/dashboard/api/v1/homes/house/export?{days}&format={format}"),
            &[("Authorization", &FunctionsHost::credentials())],
        )
    };
    for format in ["csv", "json"] {
        let broken = host.connect().round_trip(&target("2025-03-01", format));
        assert!(broken.is_err(), "{format}: the transfer ended as if it were complete");
        let refused = host.connect().round_trip(&target("2025-11-09", format)).unwrap();
        assert_eq!(refused.status, 500, "{format}: {}", refused.text());
        assert!(!refused.text().contains("sesame"), "{}", refused.text());
    }
    let logs = host.program.stdout();
    assert!(logs.contains("export broken off") && !logs.contains("sesame"), "{logs}");
    let data = host.stop();
    let directory = data.path().to_str().unwrap();
    let arguments = [&["export", "--home", "house", "--format", "csv"], &DAYS[..]].concat();
    let output = crate::host::Program::run(&arguments, &[("CLOUDSMETS_DATA_DIR", directory)]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("day:electricity:2025-11-10"));
}
