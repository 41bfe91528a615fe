//! Simulates a home's electricity demand, gas demand and solar generation.

use jiff::tz::TimeZone;

use super::weather::{noise, noise_per_mille, winter_per_mille};
use crate::domain::units::Moment;

/// A simulated home: its habits and its meters. The registers count joules and millilitres,
/// so that steps of any length add up exactly.
#[derive(Clone, Debug)]
pub struct Household {
    /// The device's id, which becomes the home's id.
    pub device: &'static str,
    /// The name that the dashboard shows.
    pub name: &'static str,
    seed: u64,
    base_load_watts: i64,
    solar_peak_watts: i64,
    boiler_watts: i64,
    pub is_prepaid: bool,
    import_joules: u64,
    export_joules: u64,
    gas_millilitres: u64,
    /// The prepayment balance in thousandths of a penny.
    pub credit_millipence: i64,
}

/// Returns a terraced house with solar panels.
#[must_use]
pub const fn terrace() -> Household {
    Household {
        device: "demo-terrace",
        name: "Terrace with solar",
        seed: 7,
        base_load_watts: 170,
        solar_peak_watts: 3_400,
        boiler_watts: 16_000,
        is_prepaid: false,
        import_joules: 18_214_332 * 3_600,
        export_joules: 4_120_847 * 3_600,
        gas_millilitres: 6_482_113_000,
        credit_millipence: 0,
    }
}

/// Returns a cottage whose electricity meter is in prepayment mode.
#[must_use]
pub const fn cottage() -> Household {
    Household {
        device: "demo-cottage",
        name: "Cottage on prepayment",
        seed: 40,
        base_load_watts: 95,
        solar_peak_watts: 0,
        boiler_watts: 11_000,
        is_prepaid: true,
        import_joules: 7_633_091 * 3_600,
        export_joules: 0,
        gas_millilitres: 2_282_363_000,
        credit_millipence: 3_150_000,
    }
}

/// The parts of the local time that demand and generation depend on.
struct LocalTime {
    day: i64,
    day_of_year: i64,
    /// Minutes since local midnight.
    minute: i64,
    is_weekend: bool,
}

impl LocalTime {
    fn at(at: Moment, zone: &TimeZone) -> Self {
        let local = zone.to_datetime(at.timestamp());
        Self {
            day: at.unix().div_euclid(86_400),
            day_of_year: i64::from(local.date().day_of_year()),
            minute: i64::from(local.hour()) * 60 + i64::from(local.minute()),
            is_weekend: matches!(
                local.weekday(),
                jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday
            ),
        }
    }

    /// How near the time is to a minute of the day, from 1000 at that minute to 0 at a distance
    /// of `width` minutes.
    fn closeness_to(&self, minute: i64, width: i64) -> i64 {
        (1_000 - (self.minute - minute).abs() * 1_000 / width).max(0)
    }
}

impl Household {
    /// Simulates the home from one time to a later one and returns the power drawn in W, which
    /// is negative while the home exports.
    pub fn simulate(&mut self, from: Moment, to: Moment, zone: &TimeZone) -> i64 {
        let seconds = to.since(from).max(0);
        let time = LocalTime::at(from, zone);
        let power = self.load_watts(&time, from) - self.solar_watts(&time, from);
        let joules = power.unsigned_abs() * seconds.unsigned_abs();
        if power >= 0 {
            self.import_joules += joules;
        } else {
            self.export_joules += joules;
        }
        // 1 m3 of gas gives about 39.5 MJ x 1.02264, so one watt takes 1/40.4 ml per second.
        self.gas_millilitres +=
            (self.gas_watts(&time).unsigned_abs() * seconds.unsigned_abs()) * 10 / 404;
        if self.is_prepaid && power > 0 {
            // A unit costs 27 p/kWh, and 20 pounds are added when less than 3 pounds are left.
            self.credit_millipence -= power * seconds * 27_000 / 3_600_000;
            if self.credit_millipence < 300_000 {
                self.credit_millipence += 2_000_000;
            }
        }
        power
    }

    fn load_watts(&self, time: &LocalTime, at: Moment) -> i64 {
        let slot = at.unix().div_euclid(600);
        let lighting = 140 * winter_per_mille(time.day_of_year) / 1_000
            * time.closeness_to(20 * 60, 240)
            / 1_000;
        let morning =
            420 * time.closeness_to(if time.is_weekend { 9 * 60 } else { 7 * 60 + 20 }, 80) / 1_000;
        let evening = 780 * time.closeness_to(18 * 60 + 30, 150) / 1_000;
        let midday =
            if time.is_weekend { 350 * time.closeness_to(13 * 60, 180) / 1_000 } else { 0 };
        let usual = self.base_load_watts + lighting + morning + evening + midday;
        let awake = (6 * 60..23 * 60).contains(&time.minute);
        let kettle = if awake && noise_per_mille(self.seed ^ 1, slot) < 70 { 1_900 } else { 0 };
        let washing =
            noise_per_mille(self.seed ^ 2, time.day) < 380 && time.closeness_to(11 * 60, 70) > 0;
        let oven =
            noise_per_mille(self.seed ^ 3, time.day) < 620 && time.closeness_to(18 * 60, 35) > 0;
        let jitter = noise_per_mille(self.seed ^ 4, at.unix() / 10) / 12;
        usual + kettle + jitter + if washing { 900 } else { 0 } + if oven { 1_600 } else { 0 }
    }

    fn solar_watts(&self, time: &LocalTime, at: Moment) -> i64 {
        let season = 1_000 - winter_per_mille(time.day_of_year) * 7 / 10;
        let half_day = 220 + 230 * season / 1_000;
        let height = time.closeness_to(13 * 60, half_day);
        let bell = height * (2_000 - height) / 1_000;
        let clear = 250 + noise_per_mille(self.seed ^ 5, time.day) * 3 / 4;
        let cloud = 700 + noise_per_mille(self.seed ^ 6, at.unix().div_euclid(900)) * 3 / 10;
        self.solar_peak_watts * season / 1_000 * bell / 1_000 * clear / 1_000 * cloud / 1_000
    }

    fn gas_watts(&self, time: &LocalTime) -> i64 {
        let cold = (winter_per_mille(time.day_of_year) - 250).max(0)
            + noise_per_mille(self.seed ^ 7, time.day) / 5;
        let heating = time.closeness_to(7 * 60, 110).max(time.closeness_to(19 * 60, 240));
        let heat = if cold > 120 { self.boiler_watts * cold / 1_000 * heating / 1_000 } else { 0 };
        let bath = noise(self.seed ^ 8, time.day * 48 + time.minute / 30).is_multiple_of(9);
        let awake = (6 * 60..22 * 60).contains(&time.minute);
        heat + if bath && awake { 6_000 } else { 0 }
    }

    /// Returns the import register in Wh.
    #[must_use]
    pub const fn import_wh(&self) -> u64 {
        self.import_joules / 3_600
    }

    /// Returns the export register in Wh, or `None` for a home without solar panels.
    #[must_use]
    pub fn export_wh(&self) -> Option<u64> {
        (self.solar_peak_watts > 0).then_some(self.export_joules / 3_600)
    }

    /// Returns the gas register in litres.
    #[must_use]
    pub const fn gas_litres(&self) -> u64 {
        self.gas_millilitres / 1_000
    }
}
