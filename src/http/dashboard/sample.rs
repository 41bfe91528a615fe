//! Sample reports for the tests of the pages.

pub(super) mod profile;

use jiff::tz::TimeZone;

use crate::domain::calendar::{Days, Step, local_date};
use crate::domain::consumption::Series;
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::observation::{Credit, Price};
use crate::domain::register::{Fuel, RegisterReading, Unit};
use crate::domain::units::{Millipence, Moment, WattHours, Watts};
use crate::report::{DeviceHealth, HomeReport, LiveFuel, LiveReport};

pub(crate) fn london() -> TimeZone {
    TimeZone::get("Europe/London").unwrap()
}

/// Sunday 29 March 2026 14:20 BST, the day on which the clocks went forward.
pub(crate) fn now() -> Moment {
    Moment::from("2026-03-29T13:20:00Z".parse::<jiff::Timestamp>().unwrap())
}

pub(super) fn home(id: &str, name: &str, fuels: &[Fuel]) -> HomeReport {
    HomeReport {
        id: HomeId::new(id).unwrap(),
        name: name.to_owned(),
        fuels: fuels.to_vec(),
        devices: vec![DeviceId::new("00-11-22-33-44-55-66-77").unwrap()],
        last_reading: Some(now().plus(-12)),
        broken: None,
    }
}

fn health() -> DeviceHealth {
    DeviceHealth {
        id: DeviceId::new("00-11-22-33-44-55-66-77").unwrap(),
        last_seen: now().plus(-12),
        firmware: Some("1.4.2".to_owned()),
        rssi: Some(-61),
        lqi: Some(210),
    }
}

fn today(fuel: Fuel) -> Series {
    profile::import(fuel, Days::day(jiff::civil::date(2026, 3, 29)), Step::HalfHour)
}

fn reading(age: i64, value: u64, unit: Unit) -> RegisterReading {
    RegisterReading { at: now().plus(age), value, unit }
}

fn fuel_now(fuel: Fuel) -> LiveFuel {
    let today = today(fuel);
    let yesterday = today.total.map(|total| WattHours(total.0 * 100 / 112));
    let gas = fuel == Fuel::Gas;
    LiveFuel {
        fuel,
        import: Some(match fuel {
            Fuel::Gas => reading(-1_240, 5_995_276, Unit::Litres),
            Fuel::Electricity => reading(-12, 15_254_827, Unit::WattHours),
        }),
        export: None,
        today,
        today_export: None,
        yesterday_so_far: yesterday,
        price: Some(Price {
            unit_rate: Some(Millipence(if gas { 5_930 } else { 24_690 })),
            standing_charge: Some(Millipence(if gas { 29_820 } else { 53_800 })),
        }),
        credit: gas.then_some(Credit {
            remaining: Some(Millipence(1_234_000)),
            emergency: Some(Millipence(1_000_000)),
            debt: Some(Millipence(0)),
        }),
    }
}

/// A home with both fuels that imports.
pub(crate) fn live() -> LiveReport {
    LiveReport {
        home: home("acacia-12", "12 Acacia Avenue", &Fuel::ALL),
        demand: Some((now().plus(-12), Watts(425))),
        fuels: Fuel::ALL.map(fuel_now).into(),
        device: Some(health()),
    }
}

/// A home with solar panels that exports.
pub(crate) fn live_exporting() -> LiveReport {
    let mut electricity = fuel_now(Fuel::Electricity);
    electricity.export = Some(reading(-4, 2_104_118, Unit::WattHours));
    let today = Days::day(local_date(now(), &london()));
    electricity.today_export = Some(profile::solar_export(today, Step::HalfHour));
    electricity.yesterday_so_far = None;
    LiveReport {
        home: home("solar", "The Old Forge", &[Fuel::Electricity]),
        demand: Some((now().plus(-4), Watts(-2_345))),
        fuels: vec![electricity],
        device: Some(health()),
    }
}

/// A home whose device has not sent a reading.
pub(crate) fn live_without_readings() -> LiveReport {
    let mut home = home("new", "New device", &[]);
    home.last_reading = None;
    LiveReport { home, demand: None, fuels: Vec::new(), device: Some(health()) }
}

/// A home whose documents cannot be read.
pub(crate) fn live_broken() -> LiveReport {
    let mut report = live_without_readings();
    report.home.broken = Some("the document day:gas:2026-03-29 of home:new: not JSON".to_owned());
    report
}

/// A home whose id and name attempt HTML and URL injection.
pub(crate) fn live_with_hostile_names() -> LiveReport {
    let mut report = live();
    report.home = home("a#b?%+'", "<script>alert('x')</script>\"<b>", &Fuel::ALL);
    report
}
