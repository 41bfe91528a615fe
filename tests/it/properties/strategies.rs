//! Streams of arbitrary changes to one home.

use std::collections::BTreeMap;

use cloudsmets::domain::identity::DeviceId;
use cloudsmets::domain::merge::Change;
use cloudsmets::domain::observation::{Credit, DeviceStatus, GasQuality, Observation, Price};
use cloudsmets::domain::register::{Direction, Fuel, Register, Unit};
use cloudsmets::domain::units::{Millipence, Moment, Watts};
use proptest::prelude::*;

/// 2026-03-28T12:00:00Z and 2026-10-24T12:00:00Z: the days around both clock
/// changes; 2026-03-31T12:00:00Z and 2026-12-31T12:00:00Z: the ends of a month
/// and of a year.
const STARTS: [i64; 4] = [1_774_699_200, 1_792_843_200, 1_774_958_400, 1_798_718_400];

/// A moment within two days after one of the starts. Most of them are at the edge of a half-hour,
/// because days and slots start there.
fn moment() -> impl Strategy<Value = Moment> {
    let second = prop_oneof![Just(0), Just(1), Just(1_799), 0..1_800_i64];
    (prop::sample::select(&STARTS[..]), 0..96_i64, second)
        .prop_map(|(start, slot, second)| Moment::from_unix(start + slot * 1_800 + second))
}

fn fuel() -> impl Strategy<Value = Fuel> {
    prop::sample::select(&Fuel::ALL[..])
}

/// The registers that a meter can have: totals, two tariffs, export.
fn register() -> impl Strategy<Value = (Fuel, Register)> {
    let of = |direction, tariff, unit| Register { direction, tariff, unit };
    prop::sample::select(vec![
        (Fuel::Electricity, of(Direction::Import, 0, Unit::WattHours)),
        (Fuel::Electricity, of(Direction::Import, 1, Unit::WattHours)),
        (Fuel::Electricity, of(Direction::Import, 2, Unit::WattHours)),
        (Fuel::Electricity, of(Direction::Export, 0, Unit::WattHours)),
        (Fuel::Gas, of(Direction::Import, 0, Unit::Litres)),
        (Fuel::Gas, of(Direction::Import, 0, Unit::WattHours)),
    ])
}

/// Values of a running meter, and some implausible values.
fn value() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 1_000_000..1_020_000_u64, 1 => 1..100_u64, 1 => Just((1 << 48) - 1)]
}

fn money() -> impl Strategy<Value = Option<Millipence>> {
    prop::option::of((-2_000..40_000_i64).prop_map(Millipence))
}

fn observation() -> impl Strategy<Value = Observation> {
    let register = (register(), moment(), value()).prop_map(|((fuel, register), at, value)| {
        Observation::Register { fuel, register, at, value }
    });
    let demand = (moment(), -5_000..9_000_i32)
        .prop_map(|(at, watts)| Observation::Demand { at, power: Watts(watts) });
    let price =
        (fuel(), moment(), money(), money()).prop_map(|(fuel, at, unit_rate, standing_charge)| {
            Observation::Price { fuel, at, price: Price { unit_rate, standing_charge } }
        });
    let credit = (fuel(), moment(), money(), money(), money()).prop_map(
        |(fuel, at, remaining, emergency, debt)| Observation::Credit {
            fuel,
            at,
            credit: Credit { remaining, emergency, debt },
        },
    );
    let quality =
        (moment(), prop::option::of(3_900..4_100_u32), prop::option::of(102_000..103_000_u32))
            .prop_map(|(at, calorific_value, conversion_factor)| Observation::GasQuality {
                at,
                quality: GasQuality { calorific_value, conversion_factor },
            });
    let status = (moment(), prop::option::of("[a-z]{0,3}"), prop::option::of(-90..0_i16)).prop_map(
        |(at, firmware, rssi)| Observation::DeviceStatus {
            at,
            status: DeviceStatus { firmware, rssi, lqi: None },
        },
    );
    prop_oneof![12 => register, 2 => demand, 2 => price, 1 => credit, 1 => quality, 1 => status]
}

/// The observations of two devices of a home.
pub(super) fn changes() -> impl Strategy<Value = Vec<Change>> {
    let device = prop::sample::select(vec!["dev-1", "dev-2"]);
    let change = (device, observation()).prop_map(|(device, observation)| {
        Change::Reported(DeviceId::new(device).unwrap(), observation)
    });
    prop::collection::vec(change, 0..60)
}

/// Supplier-stated half-hours, each once, because a later import replaces the value of an earlier one.
pub(super) fn stated_half_hours() -> impl Strategy<Value = Vec<Change>> {
    let direction = prop::sample::select(vec![Direction::Import, Direction::Export]);
    let half_hour = (fuel(), direction, moment(), 0..5_000_u64);
    prop::collection::vec(half_hour, 0..60).prop_map(|half_hours| {
        let at = |moment: Moment| moment.unix() - moment.unix().rem_euclid(1_800);
        let each = half_hours.into_iter();
        let unique: BTreeMap<_, _> =
            each.map(|(fuel, direction, moment, wh)| ((fuel, direction, at(moment)), wh)).collect();
        let change = |((fuel, direction, start), watt_hours)| Change::StatedHalfHour {
            fuel,
            direction,
            start: Moment::from_unix(start),
            watt_hours,
        };
        unique.into_iter().map(change).collect()
    })
}
