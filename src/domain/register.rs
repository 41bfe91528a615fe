//! The cumulative registers of a meter.

use std::fmt;
use std::str::FromStr;

use super::units::Moment;

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Fuel {
    /// Registers count Wh.
    Electricity,
    /// Registers count litres, on some meters Wh.
    Gas,
}

impl Fuel {
    /// Both fuels, in the order that pages show them.
    pub const ALL: [Self; 2] = [Self::Electricity, Self::Gas];

    /// The name used in documents, URLs and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Electricity => "electricity",
            Self::Gas => "gas",
        }
    }
}

/// The direction of the energy, seen from the home.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Into the home ("delivered" in Zigbee).
    Import,
    /// Out of the home ("received" in Zigbee).
    Export,
}

impl Direction {
    /// The name used in documents, URLs and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
        }
    }
}

/// The unit of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    WattHours,
    /// Litres of gas at the meter, before any conversion.
    Litres,
}

impl Unit {
    /// The name used in documents and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WattHours => "wh",
            Self::Litres => "l",
        }
    }
}

/// A cumulative register of a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register {
    pub direction: Direction,
    /// 0 for the total register, 1 to 48 for tariff registers (an Economy 7 meter has two).
    pub tariff: u8,
    pub unit: Unit,
}

impl Register {
    /// The highest tariff register (SMETS2 technical specification: 48 time-of-use registers).
    pub const LAST_TARIFF: u8 = 48;

    /// The total import register, in the fuel's usual unit.
    #[must_use]
    pub const fn total_import(fuel: Fuel) -> Self {
        let unit = match fuel {
            Fuel::Electricity => Unit::WattHours,
            Fuel::Gas => Unit::Litres,
        };
        Self { direction: Direction::Import, tariff: 0, unit }
    }
}

/// The value of a register, or the sum of several registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterReading {
    pub at: Moment,
    pub value: u64,
    pub unit: Unit,
}

/// The key in documents, such as `import.0.wh`.
impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.direction.name(), self.tariff, self.unit.name())
    }
}

/// A text that is not the name of a register, direction, fuel or unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not {1}")]
pub struct UnknownName(pub String, pub &'static str);

impl FromStr for Fuel {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "electricity" => Ok(Self::Electricity),
            "gas" => Ok(Self::Gas),
            _ => Err(UnknownName(text.to_owned(), "a fuel (electricity or gas)")),
        }
    }
}

impl FromStr for Direction {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "import" => Ok(Self::Import),
            "export" => Ok(Self::Export),
            _ => Err(UnknownName(text.to_owned(), "a direction (import or export)")),
        }
    }
}

impl FromStr for Register {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let unknown = || UnknownName(text.to_owned(), "a register such as import.0.wh");
        let mut parts = text.split('.');
        let (Some(direction), Some(tariff), Some(unit), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(unknown());
        };
        Ok(Self {
            direction: direction.parse()?,
            tariff: tariff
                .parse()
                .ok()
                .filter(|number| *number <= Self::LAST_TARIFF)
                .ok_or_else(unknown)?,
            unit: match unit {
                "wh" => Unit::WattHours,
                "l" => Unit::Litres,
                _ => return Err(unknown()),
            },
        })
    }
}

impl serde::Serialize for Register {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Register {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_name_round_trips() {
        for text in ["import.0.wh", "export.48.wh", "import.0.l"] {
            assert_eq!(text.parse::<Register>().unwrap().to_string(), text);
        }
        for bad in ["", "import", "import.49.wh", "import.0.kwh", "import.0.wh.1", "in.0.wh"] {
            assert!(bad.parse::<Register>().is_err(), "{bad}");
        }
    }
}
