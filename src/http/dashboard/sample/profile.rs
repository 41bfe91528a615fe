//! A deterministic consumption profile that resembles a household.

use super::{london, now};
use crate::domain::calendar::{Days, Step};
use crate::domain::consumption::{Interval, Quality, Series};
use crate::domain::register::Fuel;
use crate::domain::units::{Moment, WattHours};

/// Wh in each hour of a working day.
const ELECTRICITY: [u64; 24] = [
    180, 160, 150, 145, 150, 170, 320, 620, 540, 380, 330, 340, 450, 420, 330, 340, 460, 820,
    1_150, 980, 760, 640, 480, 280,
];
const GAS: [u64; 24] = [
    0, 0, 0, 0, 60, 900, 3_200, 3_600, 2_100, 900, 500, 400, 450, 400, 450, 800, 1_900, 2_900,
    3_100, 2_600, 1_900, 1_200, 400, 60,
];
const SOLAR: [u64; 24] = [
    0, 0, 0, 0, 0, 0, 0, 60, 380, 900, 1_500, 2_000, 2_300, 2_250, 1_900, 1_300, 640, 160, 0, 0, 0,
    0, 0, 0,
];

/// Wh of the half-hour that begins at `at`; `summer_reduction` is a percentage.
fn half_hour_energy(profile: &[u64; 24], at: Moment, summer_reduction: u64) -> u64 {
    let time = london().to_datetime(at.timestamp());
    let base = profile[usize::from(time.hour().unsigned_abs())] / 2;
    let noise = (at.unix() as u64 / 1_800).wrapping_mul(6_364_136_223_846_793_005) >> 56;
    let daily = (at.unix() as u64 / 86_400).wrapping_mul(2_862_933_555_777_941_757) >> 57;
    // 100 in deep winter, 100 - summer_reduction in high summer.
    let days_from_midwinter = (i64::from(time.day_of_year()) - 20).rem_euclid(365);
    let reduction = summer_reduction * (182 - (182 - days_from_midwinter).unsigned_abs()) / 182;
    base * (60 + noise * 90 / 255) / 100 * (70 + daily / 2) / 100 * (100 - reduction) / 100
}

fn scaled_series(profile: &[u64; 24], summer_reduction: u64, days: Days, step: Step) -> Series {
    let boundaries = step.boundaries(days, &london());
    let intervals: Vec<_> = boundaries
        .windows(2)
        .map(|pair| {
            let energy = (pair[0].unix()..pair[1].unix().min(now().unix()))
                .step_by(1_800)
                .map(|start| {
                    WattHours(half_hour_energy(profile, Moment::from_unix(start), summer_reduction))
                })
                .sum();
            let has_passed = pair[0] < now();
            Interval {
                start: pair[0],
                end: pair[1],
                energy: has_passed.then_some(energy),
                quality: if has_passed { Quality::Measured } else { Quality::Missing },
            }
        })
        .collect();
    let total = intervals.iter().filter_map(|interval| interval.energy).sum();
    Series { intervals, total: Some(total) }
}

pub(crate) fn import(fuel: Fuel, days: Days, step: Step) -> Series {
    match fuel {
        Fuel::Electricity => scaled_series(&ELECTRICITY, 35, days, step),
        Fuel::Gas => scaled_series(&GAS, 92, days, step),
    }
}

/// Energy that solar panels export.
pub(crate) fn solar_export(days: Days, step: Step) -> Series {
    scaled_series(&SOLAR, 0, days, step)
}
