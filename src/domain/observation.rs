//! The content of a telemetry event, independent of its dialect.

use super::register::{Fuel, Register};
use super::units::{Millipence, Moment, Watts};

/// The largest value a register can show: summations are 48 bits wide (Zigbee
/// Smart Energy, metering cluster, attribute 0x0000).
pub const LARGEST_REGISTER_VALUE: u64 = (1 << 48) - 1;

/// A value that a device or a file reports for one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// A reading of a cumulative register.
    Register {
        fuel: Fuel,
        register: Register,
        at: Moment,
        /// In the register's unit.
        value: u64,
    },
    /// Electrical power at the meter.
    Demand {
        at: Moment,
        /// Positive for import, negative for export.
        power: Watts,
    },
    /// The price that the meter shows.
    Price {
        fuel: Fuel,
        at: Moment,
        price: Price,
    },
    /// The balances of a prepayment meter.
    Credit {
        fuel: Fuel,
        at: Moment,
        credit: Credit,
    },
    /// The values that convert gas volume to energy.
    GasQuality {
        at: Moment,
        quality: GasQuality,
    },
    DeviceStatus {
        at: Moment,
        status: DeviceStatus,
    },
}

impl Observation {
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

/// A price that a meter shows. Meters in Great Britain show prices including VAT.
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

/// The balances of a prepayment meter, in thousandths of a penny.
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
    /// The remaining credit; negative while emergency credit is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Millipence>,
    /// The remaining emergency credit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency: Option<Millipence>,
    /// The debt that the meter recovers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debt: Option<Millipence>,
}

/// The values that convert gas volume to energy.
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

/// The status that a device reports of itself.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct DeviceStatus {
    /// The release that the device runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware: Option<String>,
    /// Wi-Fi or Zigbee signal strength in dBm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rssi: Option<i16>,
    /// Zigbee link quality, 0 to 255.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lqi: Option<u8>,
}
