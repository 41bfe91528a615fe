//! What a made-up home draws, burns and generates.

use jiff::tz::TimeZone;

use super::weather::{noise, per_mille, winter};
use crate::domain::units::Moment;

/// A home: its habits and its meters. Registers count in joules and in
/// thousandths of a litre, so that steps of any length add up exactly.
#[derive(Clone, Debug)]
pub struct Household {
    /// Its device's name, which becomes the home's id.
    pub device: &'static str,
    /// What people call it.
    pub name: &'static str,
    seed: u64,
    base_load: i64,
    solar_peak: i64,
    boiler: i64,
    /// Whether its meters are in prepayment mode.
    pub is_prepaid: bool,
    import: u64,
    export: u64,
    gas: u64,
    /// Prepayment balance in thousandths of a penny.
    pub credit: i64,
}

/// A terraced house with solar panels.
#[must_use]
pub const fn terrace() -> Household {
    Household {
        device: "demo-terrace",
        name: "Terrace with solar",
        seed: 7,
        base_load: 170,
        solar_peak: 3_400,
        boiler: 16_000,
        is_prepaid: false,
        import: 18_214_332 * 3_600,
        export: 4_120_847 * 3_600,
        gas: 6_482_113_000,
        credit: 0,
    }
}

/// A cottage on prepayment.
#[must_use]
pub const fn cottage() -> Household {
    Household {
        device: "demo-cottage",
        name: "Cottage on prepayment",
        seed: 40,
        base_load: 95,
        solar_peak: 0,
        boiler: 11_000,
        is_prepaid: true,
        import: 7_633_091 * 3_600,
        export: 0,
        gas: 2_282_363_000,
        credit: 3_150_000,
    }
}

/// Where the home is in the day and the year.
struct Hour {
    day: i64,
    day_of_year: i64,
    /// Minutes since local midnight.
    minute: i64,
    is_weekend: bool,
}

impl Hour {
    fn of(at: Moment, zone: &TimeZone) -> Self {
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

    /// 0 to 1000: how near it is to a time of day, falling to 0 at `width` minutes.
    fn near(&self, minute: i64, width: i64) -> i64 {
        (1_000 - (self.minute - minute).abs() * 1_000 / width).max(0)
    }
}

impl Household {
    /// Lives from one moment to a later one; returns the power at its end in W.
    pub fn live(&mut self, from: Moment, to: Moment, zone: &TimeZone) -> i64 {
        let seconds = to.since(from).max(0);
        let hour = Hour::of(from, zone);
        let power = self.load(&hour, from) - self.solar(&hour, from);
        let joules = power.unsigned_abs() * seconds.unsigned_abs();
        if power >= 0 {
            self.import += joules;
        } else {
            self.export += joules;
        }
        // 1 m3 is about 39.5 MJ x 1.02264: a watt burns 1/40.4 ml a second.
        self.gas += (self.burning(&hour).unsigned_abs() * seconds.unsigned_abs()) * 10 / 404;
        if self.is_prepaid && power > 0 {
            // 27 p/kWh; topped up with 20 pounds when 3 are left.
            self.credit -= power * seconds * 27_000 / 3_600_000;
            if self.credit < 300_000 {
                self.credit += 2_000_000;
            }
        }
        power
    }

    fn load(&self, hour: &Hour, at: Moment) -> i64 {
        let slot = at.unix().div_euclid(600);
        let lighting = 140 * winter(hour.day_of_year) / 1_000 * hour.near(20 * 60, 240) / 1_000;
        let morning =
            420 * hour.near(if hour.is_weekend { 9 * 60 } else { 7 * 60 + 20 }, 80) / 1_000;
        let evening = 780 * hour.near(18 * 60 + 30, 150) / 1_000;
        let midday = if hour.is_weekend { 350 * hour.near(13 * 60, 180) / 1_000 } else { 0 };
        let usual = self.base_load + lighting + morning + evening + midday;
        let awake = (6 * 60..23 * 60).contains(&hour.minute);
        let kettle = if awake && per_mille(self.seed ^ 1, slot) < 70 { 1_900 } else { 0 };
        let washing = per_mille(self.seed ^ 2, hour.day) < 380 && hour.near(11 * 60, 70) > 0;
        let oven = per_mille(self.seed ^ 3, hour.day) < 620 && hour.near(18 * 60, 35) > 0;
        let jitter = per_mille(self.seed ^ 4, at.unix() / 10) / 12;
        usual + kettle + jitter + if washing { 900 } else { 0 } + if oven { 1_600 } else { 0 }
    }

    fn solar(&self, hour: &Hour, at: Moment) -> i64 {
        let season = 1_000 - winter(hour.day_of_year) * 7 / 10;
        let half_day = 220 + 230 * season / 1_000;
        let height = hour.near(13 * 60, half_day);
        let bell = height * (2_000 - height) / 1_000;
        let clear = 250 + per_mille(self.seed ^ 5, hour.day) * 3 / 4;
        let cloud = 700 + per_mille(self.seed ^ 6, at.unix().div_euclid(900)) * 3 / 10;
        self.solar_peak * season / 1_000 * bell / 1_000 * clear / 1_000 * cloud / 1_000
    }

    fn burning(&self, hour: &Hour) -> i64 {
        let cold = (winter(hour.day_of_year) - 250).max(0) + per_mille(self.seed ^ 7, hour.day) / 5;
        let heating = hour.near(7 * 60, 110).max(hour.near(19 * 60, 240));
        let heat = if cold > 120 { self.boiler * cold / 1_000 * heating / 1_000 } else { 0 };
        let bath = noise(self.seed ^ 8, hour.day * 48 + hour.minute / 30).is_multiple_of(9);
        let awake = (6 * 60..22 * 60).contains(&hour.minute);
        heat + if bath && awake { 6_000 } else { 0 }
    }

    /// The import register in Wh.
    #[must_use]
    pub const fn import_wh(&self) -> u64 {
        self.import / 3_600
    }

    /// The export register in Wh; `None` without panels.
    #[must_use]
    pub fn export_wh(&self) -> Option<u64> {
        (self.solar_peak > 0).then_some(self.export / 3_600)
    }

    /// The gas register in litres.
    #[must_use]
    pub const fn gas_litres(&self) -> u64 {
        self.gas / 1_000
    }
}
