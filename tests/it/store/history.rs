//! A home's changes over several days, as a device reports them: both fuels,
//! prices, device status and a clock change.

use cloudsmets::domain::identity::{DeviceId, HomeId};
use cloudsmets::domain::merge::Change;
use cloudsmets::domain::observation::{DeviceStatus, GasQuality, Observation, Price};
use cloudsmets::domain::register::{Direction, Fuel, Register, Unit};
use cloudsmets::domain::units::{Millipence, Moment, Watts};

use crate::seeded_random::SeededRandom;

/// 2026-03-27T00:00:00Z: two days before the clocks go forward, five before the month ends.
pub(super) const START: i64 = 1_774_569_600;

pub(super) fn home(name: &str) -> HomeId {
    HomeId::new(name).unwrap()
}

/// A message every `step` seconds for so many days, each in a batch of its own.
pub(super) fn history(name: &str, days: i64, step: i64) -> Vec<Vec<Change>> {
    (0..days * 86_400 / step).map(|n| changes_at(name, START + n * step, n)).collect()
}

/// The message that is so many half-hours after the first one.
#[cfg(feature = "azure")]
pub(super) fn message(name: &str, half_hour: i64) -> Vec<Change> {
    changes_at(name, START + half_hour * 1_800, half_hour)
}

fn changes_at(name: &str, at: i64, n: i64) -> Vec<Change> {
    let device = DeviceId::new(name).unwrap();
    let moment = Moment::from_unix(at);
    let total = Register { direction: Direction::Import, tariff: 0, unit: Unit::WattHours };
    let volume = Register { unit: Unit::Litres, ..total };
    let read = |fuel, register, value| Observation::Register { fuel, register, at: moment, value };
    let count = u64::try_from(n).unwrap();
    let mut observations = vec![
        read(Fuel::Electricity, total, 5_000_000 + 37 * count),
        Observation::Demand { at: moment, power: Watts(300 + (n % 7) as i32) },
        Observation::Price {
            fuel: Fuel::Electricity,
            at: moment,
            price: Price { unit_rate: Some(Millipence(24_500)), standing_charge: None },
        },
    ];
    if at % 1_800 == 0 {
        observations.push(read(Fuel::Gas, volume, 900_000 + 3 * count));
        let quality = GasQuality { calorific_value: Some(3_950), conversion_factor: None };
        observations.push(Observation::GasQuality { at: moment, quality });
        let status =
            DeviceStatus { firmware: Some("1.4.2".to_owned()), rssi: Some(-61), lqi: None };
        observations.push(Observation::DeviceStatus { at: moment, status });
    }
    observations
        .into_iter()
        .map(|observation| Change::Reported(device.clone(), observation))
        .collect()
}

/// Several years of one fuel with two days in each month, in batches of a year each.
#[cfg(feature = "azure")]
pub(super) fn years(name: &str, years: i64) -> Vec<Vec<Change>> {
    let device = DeviceId::new(name).unwrap();
    let register = Register { direction: Direction::Import, tariff: 0, unit: Unit::WattHours };
    let read = |day: i64| {
        let at = Moment::from_unix(START - (years * 365 - day) * 86_400 + 79_200);
        let value = u64::try_from(day).unwrap() * 9_000;
        let observation = Observation::Register { fuel: Fuel::Electricity, register, at, value };
        Change::Reported(device.clone(), observation)
    };
    let year =
        |year: i64| (0..12).flat_map(move |month| [0, 1].map(|day| year * 365 + month * 30 + day));
    (0..years).map(|n| year(n).map(read).collect()).collect()
}

/// The same batches in random order, one in four of them twice.
pub(super) fn shuffled_with_duplicates(batches: &[Vec<Change>], seed: u64) -> Vec<Vec<Change>> {
    let mut random = SeededRandom(seed);
    let mut all = batches.to_vec();
    let repeated: Vec<_> = batches.iter().filter(|_| random.below(4) == 0).cloned().collect();
    all.extend(repeated);
    random.shuffle(&mut all);
    all
}
