//! A local month of one fuel, by day. The view of a year reads these documents.
//!
//! A month is derived from the days and never merged. A local day has an entry once there is a later
//! UTC day of the fuel. Until then it changes with every message, and is read from the days instead.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::schema::SchemaVersion;
use crate::domain::consumption::Segment;
use crate::domain::register::{Direction, Fuel, Register, Unit, UnknownName};
use crate::domain::units::Moment;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    schema: SchemaVersion,
    pub fuel: Fuel,
    /// The first day of the month.
    pub month: Date,
    /// The IANA name of the time zone of its local days.
    pub zone: String,
    /// The segments of each stream, by day of the month.
    pub days: BTreeMap<i8, BTreeMap<Stream, Segments>>,
}

impl Month {
    #[must_use]
    pub fn new(fuel: Fuel, month: Date, zone: &str) -> Self {
        Self { schema: SchemaVersion, fuel, month, zone: zone.to_owned(), days: BTreeMap::new() }
    }
}

/// A source of consumption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// The half-hours that a supplier states, in Wh.
    SupplierStated(Direction),
    Register(Register),
}

impl Stream {
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::SupplierStated(direction) => direction,
            Self::Register(register) => register.direction,
        }
    }

    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::SupplierStated(_) => Unit::WattHours,
            Self::Register(register) => register.unit,
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SupplierStated(direction) => write!(f, "{}.stated", direction.name()),
            Self::Register(register) => register.fmt(f),
        }
    }
}

impl FromStr for Stream {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text.strip_suffix(".stated") {
            Some(direction) => Ok(Self::SupplierStated(direction.parse()?)),
            None => Ok(Self::Register(text.parse()?)),
        }
    }
}

impl Serialize for Stream {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stream {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// The segments of a stream in order of time. A segment is stored as `[start, seconds, amount]`
/// (supplier-stated), as `[start, seconds, amount, from]`, or, if the register did not advance by
/// exactly the amount, as `[start, seconds, amount, from, to]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segments(pub Vec<Segment>);

impl Serialize for Segments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|segment| {
            let mut row = vec![
                segment.start.unix().unsigned_abs(),
                segment.end.since(segment.start).unsigned_abs(),
                segment.amount,
            ];
            if let Some((from, to)) = segment.register {
                row.push(from);
                if from.checked_add(segment.amount) != Some(to) {
                    row.push(to);
                }
            }
            row
        }))
    }
}

impl<'de> Deserialize<'de> for Segments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = Vec::<Vec<u64>>::deserialize(deserializer)?;
        rows.iter()
            .map(|row| segment(row))
            .collect::<Option<_>>()
            .map(Self)
            .ok_or_else(|| D::Error::custom("a segment is not [start, seconds, amount, from, to]"))
    }
}

fn segment(row: &[u64]) -> Option<Segment> {
    let (start, seconds, amount, register) = match *row {
        [start, seconds, amount] => (start, seconds, amount, None),
        [start, seconds, amount, from] => {
            (start, seconds, amount, Some((from, from.checked_add(amount)?)))
        }
        [start, seconds, amount, from, to] => (start, seconds, amount, Some((from, to))),
        _ => return None,
    };
    let start = Moment::from_unix(i64::try_from(start).ok()?);
    Some(Segment { start, end: start.plus(i64::try_from(seconds).ok()?), amount, register })
}
