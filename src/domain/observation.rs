//! What one telemetry event says, whatever dialect it was written in.

use super::register::{Fuel, Register};
use super::units::{Millipence, Moment, Watts};

/// The largest value a register can show: summations are 48 bits wide (Zigbee
/// Smart Energy, metering cluster, attribute 0x0000).
pub const LARGEST_REGISTER_VALUE: u64 = (1 << 48) - 1;

/// One thing that was seen at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// A cumulative register.
    Register {
        /// The meter it belongs to.
        fuel: Fuel,
        /// Which of its registers.
        register: Register,
        /// When the register stood there.
        at: Moment,
        /// Where it stood, in the register's unit.
        value: u64,
    },
    /// Electrical power at the meter.
    Demand {
        /// When it was measured.
        at: Moment,
        /// Positive into the home, negative out of it.
        power: Watts,
    },
    /// The price the meter shows.
    Price {
        /// Which meter.
        fuel: Fuel,
        /// When it showed it.
        at: Moment,
        /// What it showed.
        price: Price,
    },
    /// A prepayment meter's balances.
    Credit {
        /// Which meter.
        fuel: Fuel,
        /// When it showed them.
        at: Moment,
        /// What it showed.
        credit: Credit,
    },
    /// What turns gas volume into energy.
    GasQuality {
        /// When the meter showed it.
        at: Moment,
        /// What it showed.
        quality: GasQuality,
    },
    /// How the device itself is.
    DeviceStatus {
        /// When it said so.
        at: Moment,
        /// What it said.
        status: DeviceStatus,
    },
}

impl Observation {
    /// When it was seen.
    #[must_use]
    pub const fn at(&self) -> Moment {
        match self {
            Self::Register { at, .. }
            | Self::Demand { at, .. }
            | Self::Price { at, .. }
            | Self::Credit { at, .. }
            | Self::GasQuality { at, .. }
            | Self::DeviceStatus { at, .. } => *at,
        }
    }
}

/// A price as the meter shows it. Meters in Great Britain show it with VAT.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Price {
    /// Thousandths of a penny per kWh; may be negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_rate: Option<Millipence>,
    /// Thousandths of a penny per day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing_charge: Option<Millipence>,
}

/// A prepayment meter's balances, in thousandths of a penny.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Credit {
    /// What is left; negative when the home is in emergency credit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Millipence>,
    /// Emergency credit left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency: Option<Millipence>,
    /// Debt being recovered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debt: Option<Millipence>,
}

/// What turns gas volume into energy.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct GasQuality {
    /// Calorific value in hundredths of MJ/m3 (3950 is 39.50).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calorific_value: Option<u32>,
    /// Volume conversion factor in hundred-thousandths (102264 is 1.02264).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion_factor: Option<u32>,
}

/// How a device is.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct DeviceStatus {
    /// Release that it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware: Option<String>,
    /// Wi-Fi or Zigbee signal strength in dBm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rssi: Option<i16>,
    /// Zigbee link quality, 0 to 255.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lqi: Option<u8>,
}
