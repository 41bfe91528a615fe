//! The real home once more, as the telemetry that would have led to it: four
//! devices that speak different dialects, out of order and with repeats.

use std::collections::BTreeMap;

use super::real_home::{MONTHS, assert_same, half_hours, known_half_hours, path, sums};
use super::usage;
use crate::dialect::Dialect;
use crate::dice::Dice;
use crate::host::{Attempt, Batch, Event, FunctionsHost};

const HALF_HOUR: i64 = 1_800;

/// Where a register that counts these half-hours stands at each one's start,
/// and at the end of each unbroken run.
fn register(half_hours: &BTreeMap<i64, u64>) -> Vec<(i64, u64)> {
    let mut stands = 1_000_000;
    let mut readings = Vec::new();
    for (start, wh) in half_hours {
        readings.push((*start, stands));
        stands += wh;
        let end = start + HALF_HOUR;
        if !half_hours.contains_key(&end) {
            readings.push((end, stands));
        }
    }
    readings
}

fn name(dialect: Dialect) -> String {
    format!("{dialect:?}").to_lowercase()
}

#[test]
fn four_dialects_tell_the_same_two_years() {
    let Some(path) = path() else { return };
    let half_hours = half_hours(&path);
    let readings = register(&half_hours);
    assert_eq!(readings.len(), 38_788);
    let mut dice = Dice(60);
    let mut events: Vec<Event> = Vec::new();
    for dialect in Dialect::ALL {
        for (at, wh) in &readings {
            let event = dialect.event(&name(dialect), *at, *wh);
            events.extend(std::iter::repeat_n(event, 1 + usize::from(dice.below(5) == 0)));
        }
    }
    dice.shuffle(&mut events);
    let host = FunctionsHost::start();
    let mut connection = host.connect();
    for (n, chunk) in events.chunks(100).enumerate() {
        let batch = Batch::of(0, n as u64 * 100, chunk.to_vec());
        host.deliver_over(&mut connection, &batch, Attempt::Chunked(16 * 1024));
    }
    let months: Vec<_> = sums(&half_hours, 7).into_values().map(Some).collect();
    for dialect in Dialect::ALL {
        let home = name(dialect);
        assert_same(&known_half_hours(&host, &home), &half_hours, &home);
        assert_eq!(usage(&host, &home, MONTHS.0, MONTHS.1, "month"), months, "{home}");
    }
}
