//! The real home again, as telemetry: four devices with different dialects send its readings out of
//! order and with repeats.

use std::collections::BTreeMap;

use super::real_home::{
    MONTHS, assert_same_half_hours, read_half_hours, real_home_file, reported_half_hours,
    sums_by_date_prefix,
};
use super::usage_wh;
use crate::dialect::Dialect;
use crate::host::{Batch, Event, Framing, FunctionsHost};
use crate::seeded_random::SeededRandom;

const HALF_HOUR: i64 = 1_800;

/// The readings of a register that counts these half-hours: at the start of each half-hour, and at
/// the end of each run without a gap.
fn register_readings(half_hours: &BTreeMap<i64, u64>) -> Vec<(i64, u64)> {
    let mut register_wh = 1_000_000;
    let mut readings = Vec::new();
    for (start, wh) in half_hours {
        readings.push((*start, register_wh));
        register_wh += wh;
        let end = start + HALF_HOUR;
        if !half_hours.contains_key(&end) {
            readings.push((end, register_wh));
        }
    }
    readings
}

fn home_name(dialect: Dialect) -> String {
    format!("{dialect:?}").to_lowercase()
}

#[test]
fn two_years_of_telemetry_give_the_same_usage_in_every_dialect() {
    let Some(path) = real_home_file() else { return };
    let half_hours = read_half_hours(&path);
    let readings = register_readings(&half_hours);
    assert_eq!(readings.len(), 38_788);
    let mut random = SeededRandom(60);
    let mut events: Vec<Event> = Vec::new();
    for dialect in Dialect::ALL {
        for (at, wh) in &readings {
            let event = dialect.event(&home_name(dialect), *at, *wh);
            events.extend(std::iter::repeat_n(event, 1 + usize::from(random.below(5) == 0)));
        }
    }
    random.shuffle(&mut events);
    let host = FunctionsHost::start();
    let mut connection = host.connect();
    for (n, chunk) in events.chunks(100).enumerate() {
        let batch = Batch::in_partition(0, n as u64 * 100, chunk.to_vec());
        host.deliver_over(&mut connection, &batch, Framing::Chunked(16 * 1024));
    }
    let months: Vec<_> = sums_by_date_prefix(&half_hours, 7).into_values().map(Some).collect();
    for dialect in Dialect::ALL {
        let home = home_name(dialect);
        assert_same_half_hours(&reported_half_hours(&host, &home), &half_hours, &home);
        assert_eq!(usage_wh(&host, &home, MONTHS.0, MONTHS.1, "month"), months, "{home}");
    }
}
