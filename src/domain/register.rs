//! A meter's cumulative registers.

use std::fmt;
use std::str::FromStr;

use super::units::Moment;

/// What the meter measures.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Fuel {
    /// Electricity, registers in Wh.
    Electricity,
    /// Gas, registers in litres (some meters: Wh).
    Gas,
}

impl Fuel {
    /// Both fuels, in the order that pages show them.
    pub const ALL: [Self; 2] = [Self::Electricity, Self::Gas];

    /// The name used in documents, addresses and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Electricity => "electricity",
            Self::Gas => "gas",
        }
    }
}

/// Which way the energy went, seen from the home.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Into the home ("delivered" in Zigbee's words).
    Import,
    /// Out of the home ("received" in Zigbee's words).
    Export,
}

impl Direction {
    /// The name used in documents, addresses and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
        }
    }
}

/// The unit a register counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Watt-hours.
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

/// One cumulative register of a meter. `tariff` 0 is the total register, 1 to
/// 48 are tariff registers (an Economy 7 meter has two).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register {
    /// The way the energy went.
    pub direction: Direction,
    /// 0 for the total register, otherwise the tariff register's number.
    pub tariff: u8,
    /// What it counts in.
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

/// Where registers stood at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterReading {
    /// When they were read.
    pub at: Moment,
    /// What they showed.
    pub value: u64,
    /// What they count in.
    pub unit: Unit,
}

/// `import.0.wh`: the key in documents.
impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.direction.name(), self.tariff, self.unit.name())
    }
}

/// A text that names no register, direction, fuel or unit.
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
