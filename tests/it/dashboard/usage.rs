//! Tests of `/usage`: energy by any step over any local days.

use serde_json::{Value, json};

use super::{HOME, energy_between, host_with_readings, midnight, unix};
use crate::dialect::{Dialect, gas};
use crate::host::{Batch, Event, FunctionsHost};

fn usage(host: &FunctionsHost, from: &str, to: &str, step: &str) -> Value {
    host.data(&format!("homes/{HOME}/usage?fuel=electricity&from={from}&to={to}&step={step}"))
}

/// Asserts that a response matches the readings: contiguous intervals from midnight to midnight with
/// the right energy, and a total that is their sum.
fn assert_matches_the_meter(usage: &Value, from: &str, to: &str) {
    let intervals = usage["intervals"].as_array().unwrap();
    let at = |interval: &Value, end: &str| unix(interval[end].as_str().unwrap());
    assert_eq!(at(&intervals[0], "start"), midnight(from));
    assert_eq!(at(&intervals[intervals.len() - 1], "end"), midnight(to));
    for pair in intervals.windows(2) {
        assert_eq!(pair[0]["end"], pair[1]["start"]);
    }
    let mut sum = None;
    for interval in intervals {
        let expected = energy_between(at(interval, "start"), at(interval, "end"));
        assert_eq!(interval["wh"], json!(expected), "{interval}");
        assert_eq!(interval["quality"] == "missing", expected.is_none(), "{interval}");
        assert_eq!(interval["pence"], Value::Null, "no tariff is known: {interval}");
        sum = sum.into_iter().chain(expected).reduce(|a: u64, b| a + b);
    }
    assert_eq!(usage["total"]["wh"], json!(sum), "{}", usage["total"]);
}

#[test]
fn a_local_day_has_46_48_or_50_half_hours() {
    let host = host_with_readings();
    for (day, next, half_hours, start, end) in [
        ("2026-03-29", "2026-03-30", 46, "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"),
        ("2026-06-01", "2026-06-02", 48, "2026-05-31T23:00:00Z", "2026-06-01T23:00:00Z"),
        ("2026-10-25", "2026-10-26", 50, "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"),
    ] {
        for (step, count) in [("half-hour", half_hours), ("hour", half_hours / 2), ("day", 1)] {
            let usage = usage(&host, day, next, step);
            let intervals = usage["intervals"].as_array().unwrap();
            assert_eq!(intervals.len(), count, "{day} by {step}");
            assert_eq!(intervals[0]["start"], start);
            assert_eq!(intervals[count - 1]["end"], end);
            assert!(intervals.iter().all(|interval| interval["quality"] == "measured"), "{usage}");
            assert_matches_the_meter(&usage, day, next);
        }
    }
}

#[test]
fn the_totals_of_every_step_match_the_meter() {
    let host = host_with_readings();
    for (step, from, to, count) in [
        ("half-hour", "2026-03-28", "2026-03-31", 142),
        ("hour", "2026-10-24", "2026-10-27", 73),
        ("day", "2026-03-25", "2026-04-02", 8),
        ("week", "2026-03-23", "2026-04-06", 2),
        ("month", "2026-03-01", "2026-07-01", 4),
        ("year", "2025-01-01", "2027-01-01", 2),
        // Clipped at both ends, so that no week and no month is complete.
        ("week", "2026-03-29", "2026-03-31", 2),
        ("month", "2026-03-29", "2026-06-02", 4),
    ] {
        let usage = usage(&host, from, to, step);
        assert_eq!(usage["intervals"].as_array().unwrap().len(), count, "{step} {from}: {usage}");
        assert_matches_the_meter(&usage, from, to);
    }
}

#[test]
fn the_response_repeats_the_requested_parameters() {
    let usage = usage(&host_with_readings(), "2026-06-01", "2026-06-02", "hour");
    assert_eq!(usage["home"], HOME);
    assert_eq!(usage["fuel"], "electricity");
    assert_eq!(usage["direction"], "import");
    assert_eq!(usage["time_zone"], "Europe/London");
    assert_eq!(usage["step"], "hour");
    for member in ["pence", "standing_pence"] {
        assert_eq!(usage["total"].get(member), Some(&Value::Null), "{member}");
    }
}

#[test]
fn intervals_without_readings_are_null_not_zero() {
    let host = host_with_readings();
    for step in ["half-hour", "hour", "day", "week", "month", "year"] {
        for (from, to) in [("2025-01-01", "2025-03-01"), ("2026-08-01", "2026-08-03")] {
            let usage = usage(&host, from, to, step);
            for interval in usage["intervals"].as_array().unwrap() {
                assert_eq!(interval["wh"], Value::Null, "{step}: {interval}");
                assert_eq!(interval["quality"], "missing", "{step}: {interval}");
            }
            assert_ne!(usage["intervals"].as_array().unwrap().len(), 0);
        }
    }
    let gas =
        host.data(&format!("homes/{HOME}/usage?fuel=gas&from=2026-06-01&to=2026-06-02&step=day"));
    assert_eq!(gas["intervals"][0]["wh"], Value::Null);
    assert_eq!(gas["total"]["wh"], Value::Null);
    let export = host.data(&format!(
        "homes/{HOME}/usage?fuel=electricity&direction=export&from=2026-06-01&to=2026-06-02&step=day"
    ));
    assert_eq!((&export["direction"], &export["total"]["wh"]), (&json!("export"), &Value::Null));
}

#[test]
fn an_empty_date_range_has_no_intervals() {
    let usage = usage(&host_with_readings(), "2026-06-01", "2026-06-01", "day");
    assert_eq!((&usage["intervals"], &usage["total"]["wh"]), (&json!([]), &Value::Null));
}

/// 1 m3 x 1.02264 x 39.50 MJ/m3 / 3.6 is 11.2206 kWh. The calorific value that a meter reports takes
/// precedence.
#[test]
fn gas_is_converted_to_energy_and_export_is_separate_from_import() {
    let at = unix("2026-06-01T10:00:00Z");
    let exporting = |at: i64, wh: u64| {
        let body = format!(
            "{{\"cloudsmets\":{{\"v\":2,\"t\":{at},\"elec\":{{\"imp\":[[0,9000]],\"exp\":[[0,{wh}]]}}}}}}"
        );
        Event::new("b", at, body)
    };
    let quality =
        format!("{{\"cloudsmets\":{{\"v\":2,\"t\":{at},\"gas\":{{\"cv\":3930,\"cf\":102264}}}}}}");
    let host = FunctionsHost::start();
    host.deliver(&Batch::new(vec![
        gas("a", at, 5_000),
        gas("a", at + 1_800, 6_000),
        exporting(at, 1_000),
        exporting(at + 1_800, 1_250),
        gas("c", at, 5_000),
        gas("c", at + 1_800, 6_000),
        Event::new("c", at, quality),
    ]));
    let total = |home, query| {
        host.data(&format!(
            "homes/{home}/usage?{query}&from=2026-06-01&to=2026-06-02&step=half-hour"
        ))["total"]["wh"]
            .clone()
    };
    assert_eq!(total("a", "fuel=gas"), 11_220);
    assert_eq!(total("c", "fuel=gas"), 11_163);
    assert_eq!(total("b", "fuel=electricity&direction=export"), 250);
    assert_eq!(total("b", "fuel=electricity"), 0);
}

/// Neither a meter exchange nor a register that is temporarily wrong causes a spike.
#[test]
fn a_register_that_jumps_causes_no_spike() {
    let start = unix("2026-06-01T10:00:00Z");
    let readings = [50_000_000, 50_000_200, 3, 50_000_400, 50_000_600, 120, 320];
    let events = readings.iter().zip(0..);
    let events = events.map(|(wh, n)| Dialect::V1.event(HOME, start + n * 1_800, *wh));
    let host = FunctionsHost::start();
    host.deliver(&Batch::new(events.collect()));
    let usage = usage(&host, "2026-06-01", "2026-06-02", "half-hour");
    // 600 on the first meter, across the fault, and 200 on the second.
    assert_eq!(usage["total"]["wh"], 800, "{usage}");
}
