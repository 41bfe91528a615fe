//! CloudSMETS JSON, versions 1 and 2. The wire types are in `cloudsmets_protocol`.

use cloudsmets_protocol::{cloudsmets_v1 as v1, cloudsmets_v2 as v2};
use serde::Deserialize;

use super::clock::EventClock;
use super::collector::ObservationCollector;
use super::{Dialect, Rejection};
use crate::domain::observation::{Credit, DeviceStatus};
use crate::domain::register::{Direction, Fuel, Register, Unit};
use crate::domain::units::{Millipence, Moment};

pub(super) fn decode(
    json: &str,
    clock: EventClock,
    collector: &mut ObservationCollector,
) -> Result<(), Rejection> {
    #[derive(Deserialize)]
    struct Header {
        v: Option<u64>,
    }
    let malformed = |dialect| move |error: serde_json::Error| Rejection::malformed(dialect, &error);
    let header: Header = serde_json::from_str(json).map_err(malformed(Dialect::CloudsmetsV1))?;
    match header.v {
        None | Some(1) => {
            let message = serde_json::from_str(json).map_err(malformed(Dialect::CloudsmetsV1))?;
            decode_version_1(&message, clock, collector)
        }
        Some(2) => {
            let message = serde_json::from_str(json).map_err(malformed(Dialect::CloudsmetsV2))?;
            decode_version_2(&message, clock, collector)
        }
        Some(other) => Err(Rejection::UnknownVersion(other)),
    }
}

fn decode_version_1(
    message: &v1::Message,
    clock: EventClock,
    collector: &mut ObservationCollector,
) -> Result<(), Rejection> {
    let at = clock.resolve(Some(message.time))?;
    for (fuel, unit, values) in [
        (Fuel::Electricity, Unit::WattHours, &message.electricity),
        (Fuel::Gas, Unit::Litres, &message.gas),
    ] {
        // One entry is the total register; several entries are tariff registers.
        let first = u8::from(values.len() > 1);
        for (tariff, value) in (first..).zip(values) {
            if let Some(value) = value {
                let register = Register { direction: Direction::Import, tariff, unit };
                collector.add_register(fuel, register, at, value.0);
            }
        }
    }
    Ok(())
}

fn decode_version_2(
    message: &v2::Message,
    clock: EventClock,
    collector: &mut ObservationCollector,
) -> Result<(), Rejection> {
    let samples = sample_count(message);
    let latest = message.sample_time(samples.saturating_sub(1));
    let correction = clock.correction(latest)?;
    let at = |index| Moment::from_unix(message.sample_time(index).saturating_add(correction));
    let end = at(samples.saturating_sub(1));
    if let Some(electricity) = &message.electricity {
        for (direction, registers) in
            [(Direction::Import, &electricity.import), (Direction::Export, &electricity.export)]
        {
            for register in registers {
                for (index, value) in register.readings() {
                    collector.add_electricity(direction, register.number(), at(index), value);
                }
            }
        }
        for (index, watts) in electricity.demand.iter().enumerate() {
            if let Some(watts) = watts {
                collector.add_demand(at(index), i64::from(*watts));
            }
        }
        add_price_and_credit(
            Fuel::Electricity,
            end,
            electricity.price,
            electricity.credit,
            collector,
        );
    }
    if let Some(gas) = &message.gas {
        let read = clock.resolve(Some(gas.time.unwrap_or(end.unix())))?;
        let total = Register::total_import(Fuel::Gas);
        match (gas.litres, gas.watt_hours) {
            (Some(litres), _) => collector.add_register(Fuel::Gas, total, read, litres),
            (None, Some(watt_hours)) => {
                let register = Register { unit: Unit::WattHours, ..total };
                collector.add_register(Fuel::Gas, register, read, watt_hours);
            }
            (None, None) => {}
        }
        collector.add_gas_quality(end, gas.calorific_value, gas.conversion_factor);
        add_price_and_credit(Fuel::Gas, end, gas.price, gas.credit, collector);
    }
    if let Some(device) = &message.device {
        let status = DeviceStatus {
            firmware: device.firmware.as_ref().map(|text| text.as_str().to_owned()),
            rssi: device.rssi,
            lqi: device.lqi,
        };
        collector.add_device_status(end, status);
    }
    Ok(())
}

/// The number of samples of the longest row.
fn sample_count(message: &v2::Message) -> usize {
    let Some(electricity) = &message.electricity else { return 1 };
    let registers = electricity.import.iter().chain(&electricity.export);
    registers.map(v2::Register::len).chain([electricity.demand.len(), 1]).max().unwrap_or(1)
}

fn add_price_and_credit(
    fuel: Fuel,
    at: Moment,
    price: Option<v2::Price>,
    credit: Option<v2::Credit>,
    collector: &mut ObservationCollector,
) {
    if let Some(price) = price {
        collector.add_price(fuel, at, price.unit_rate, price.standing_charge);
    }
    if let Some(credit) = credit {
        let credit = Credit {
            remaining: credit.remaining.map(Millipence),
            emergency: credit.emergency.map(Millipence),
            debt: credit.debt.map(Millipence),
        };
        collector.add_credit(fuel, at, credit);
    }
}
