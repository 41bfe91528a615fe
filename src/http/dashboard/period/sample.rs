//! Sample reports for the tests of the period page.

use jiff::civil::Date;

use crate::domain::calendar::Step;
use crate::domain::consumption::Quality;
use crate::domain::register::Fuel;
use crate::domain::units::WattHours;
use crate::http::dashboard::sample::{home, profile};
use crate::report::{FuelReport, Period, PeriodReport};

/// A period with both fuels and no missing readings.
pub(super) fn both_fuels(period: Period, date: Date) -> PeriodReport {
    let days = period.days(date);
    let fuel = |fuel| {
        let import = profile::import(fuel, days, period.step());
        FuelReport {
            fuel,
            previous: import.total.map(|total| WattHours(total.0 * 100 / 93)),
            import,
            export: None,
            by_day: (period == Period::Year).then(|| profile::import(fuel, days, Step::Day)),
        }
    };
    let home = home("acacia-12", "12 Acacia Avenue", &Fuel::ALL);
    PeriodReport { home, period, days, fuels: Fuel::ALL.map(fuel).into() }
}

/// Like [`both_fuels`], with solar panels that export.
pub(super) fn with_solar(period: Period, date: Date) -> PeriodReport {
    let mut report = both_fuels(period, date);
    report.fuels[0].export = Some(profile::solar_export(report.days, period.step()));
    report
}

/// A day with a gap and an estimated interval, whose total is larger than the sum of its half-hours.
pub(super) fn with_gaps(date: Date) -> PeriodReport {
    let mut report = both_fuels(Period::Day, date);
    for fuel in &mut report.fuels {
        for (index, interval) in fuel.import.intervals.iter_mut().enumerate() {
            match index {
                16..25 => {
                    interval.energy = None;
                    interval.quality = Quality::Missing;
                }
                31..35 => interval.quality = Quality::Estimated,
                _ => {}
            }
        }
    }
    report
}
