//! The pages of a home with ten years of electricity and gas.

use std::time::Instant;

use cloudsmets::domain::identity::{DeviceId, HomeId};
use cloudsmets::domain::merge::Change;
use cloudsmets::domain::observation::Observation;
use cloudsmets::domain::register::{Fuel, Register};
use cloudsmets::domain::units::Moment;
use cloudsmets::store::Store;

use crate::client::Connection;
use crate::program::{AUTHORIZATION, Program};
use crate::table::{Table, quantile};

/// 2016-01-01T00:00:00Z.
const START: i64 = 1_451_606_400;
const HALF_HOURS: i64 = 3_653 * 48;

pub(crate) fn measure(table: &mut Table) {
    let data = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(record_ten_years(data.path()));
    let program = Program::start(data.path());
    for (name, path) in [
        ("year page", "/dashboard/homes/bench/year/2023"),
        ("day page", "/dashboard/homes/bench/day/2023-06-01"),
        ("now page", "/dashboard/homes/bench"),
    ] {
        let mut times = runtime.block_on(page_times_ms(&program, path));
        table.row(
            &format!("{name}, ten years of two fuels, median"),
            quantile(&mut times, 0.5),
            "ms",
            None,
        );
        table.row(
            &format!("{name}, ten years of two fuels, 95th percentile"),
            quantile(&mut times, 0.95),
            "ms",
            None,
        );
    }
}

async fn page_times_ms(program: &Program, path: &str) -> Vec<f64> {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {AUTHORIZATION}\r\n\r\n");
    let mut connection = Connection::open(program.address).await;
    let mut times = Vec::new();
    for _ in 0..300 {
        let start = Instant::now();
        connection.round_trip(request.as_bytes()).await;
        times.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    times
}

pub(crate) async fn record_ten_years(directory: &std::path::Path) {
    let zone = jiff::tz::TimeZone::get("Europe/London").unwrap();
    let store = Store::open_embedded(directory, &zone).unwrap();
    let device = DeviceId::new("bench").unwrap();
    let home = HomeId::from(&device);
    let mut changes = Vec::new();
    for index in 0..HALF_HOURS {
        for fuel in Fuel::ALL {
            changes.push(Change::Reported(
                device.clone(),
                Observation::Register {
                    fuel,
                    register: Register::total_import(fuel),
                    at: Moment::from_unix(START + index * 1_800),
                    value: 1_000_000 + index.unsigned_abs() * 217,
                },
            ));
        }
        if changes.len() >= 8_000 || index == HALF_HOURS - 1 {
            let batch = std::mem::take(&mut changes);
            store.record(vec![(home.clone(), batch)], Vec::new()).await.unwrap();
        }
    }
}
