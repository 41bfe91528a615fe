//! The cost of a home's day on Cosmos DB, by the emulator's charges for the
//! documents that the program really writes. `docs/cosmos.md` quotes it.

use cloudsmets::demo::{Device, Household, cottage, terrace};
use cloudsmets::domain::decode::decode;
use cloudsmets::domain::identity::{DeviceId, HomeId};
use cloudsmets::domain::merge::Change;
use cloudsmets::domain::observation::Observation;
use cloudsmets::domain::register::{Direction, Fuel, Register};
use cloudsmets::domain::units::Moment;
use cloudsmets::store::Store;

use super::cosmos::{AMPLE_REQUEST_UNITS, connect};
use super::{block_on, london};
use crate::azure::cosmos::{Emulator, RequestRecord};
use crate::documents::assert_generated;

/// 2026-01-13T00:00:00Z, a winter's day with heating.
const START: i64 = 1_768_262_400;
const DAY: i64 = 86_400;

/// The limit for a day with a message a minute, in request units.
const MAX_REQUEST_UNITS_PER_DAY: f64 = 60_000.0;

const TABLE_HEAD: &str = "\
| home | a message each | messages | requests that read | documents written | units read | units written | units in all |
|---|---:|---:|---:|---:|---:|---:|---:|
";

#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    home: fn() -> Household,
    /// Whether the meter also reports the registers of two tariffs.
    has_tariffs: bool,
}

const CASES: [Case; 3] = [
    Case { name: "electricity and gas on prepayment", home: cottage, has_tariffs: false },
    Case { name: "electricity with export, gas", home: terrace, has_tariffs: false },
    Case { name: "electricity with export and two tariffs, gas", home: terrace, has_tariffs: true },
];

/// The registers of two tariffs, night and day, that add up to the total.
fn tariffs(total: &Observation) -> Vec<Observation> {
    let Observation::Register { fuel: Fuel::Electricity, register, at, value } = total else {
        return Vec::new();
    };
    if register.direction != Direction::Import {
        return Vec::new();
    }
    [(1, value / 3), (2, value - value / 3)]
        .map(|(tariff, value)| Observation::Register {
            fuel: Fuel::Electricity,
            register: Register { tariff, ..*register },
            at: *at,
            value,
        })
        .into()
}

/// Records a device's next message as a batch of its own.
async fn send(store: &Store, device: &mut Device, at: Moment, has_tariffs: bool) {
    let id = DeviceId::new(device.home.device).unwrap();
    let message = Device::encode(device.next_message(at, &london()));
    let mut observations = decode(&message, Some(at)).unwrap();
    if has_tariffs {
        observations.extend(observations.clone().iter().flat_map(tariffs));
    }
    let changes =
        observations.into_iter().map(|observation| Change::Reported(id.clone(), observation));
    store.record(vec![(HomeId::from(&id), changes.collect())], Vec::new()).await.unwrap();
}

/// The requests of a day. A day of half-hourly messages before it creates the
/// home and the day that midnight closes.
fn requests_of_a_day(case: Case, step: i64) -> Vec<RequestRecord> {
    let emulator = Emulator::start(AMPLE_REQUEST_UNITS);
    let store = connect(&emulator);
    let start = Moment::from_unix(START);
    let mut device = Device::new((case.home)(), start);
    block_on(async {
        for at in (0..DAY).step_by(1_800) {
            send(&store, &mut device, start.plus(at), case.has_tariffs).await;
        }
        emulator.take_requests();
        for at in (DAY..2 * DAY).step_by(usize::try_from(step).unwrap()) {
            send(&store, &mut device, start.plus(at), case.has_tariffs).await;
        }
    });
    emulator.take_requests()
}

/// A row of the table in the documentation, and the day's request units.
fn row(case: Case, step: i64) -> (String, f64) {
    let requests = requests_of_a_day(case, step);
    let requests_where = |writes: bool| {
        requests.iter().filter(move |request| (request.documents_written > 0) == writes)
    };
    let units =
        |writes: bool| requests_where(writes).map(|request| request.request_units).sum::<f64>();
    let written: usize = requests.iter().map(|request| request.documents_written).sum();
    let total = units(true) + units(false);
    let messages = DAY / step;
    let row = format!(
        "| {} | {step} s | {messages} | {} | {written} | {:.0} | {:.0} | {total:.0} |",
        case.name,
        requests_where(false).count(),
        units(false),
        units(true),
    );
    (row, total)
}

#[test]
fn the_table_of_a_days_costs_is_current() {
    let cases = CASES.into_iter().flat_map(|case| [60, 300].map(|step| (case, step)));
    let mut table = TABLE_HEAD.to_owned();
    for (case, step) in cases {
        let (row, total) = row(case, step);
        assert!(total <= MAX_REQUEST_UNITS_PER_DAY, "{row}");
        table += &(row + "\n");
    }
    assert_generated("docs/cosmos.md", "costs", &table);
}
