//! The readings of one register in a message.

use core::fmt;

use heapless::Vec;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use super::{MAX_REGISTERS, MAX_SAMPLES};
use crate::bytes::Output;
use crate::json;

/// The maximum reading in Wh: summations are 48 bits wide (Zigbee Smart Energy, metering cluster,
/// attribute 0x0000). The minimum is 0.
pub const MAX_READING: u64 = (1 << 48) - 1;

/// The maximum register number; 0 is the total register, 1 to 48 are tariff registers.
const MAX_REGISTER_NUMBER: u8 = 48;

/// Represents a missing reading. It is above [`MAX_READING`], so it cannot be a reading.
const MISSING: u64 = u64::MAX;

/// The readings of one register of the electricity meter, at most [`MAX_SAMPLES`].
///
/// On the wire, a row contains the register's number, the reading of the first sample, and the increment
/// of each further sample: `[0,1234567,1,1,0]`. `null` is a missing sample. The next increment is
/// relative to the last known reading, and the first known reading is always absolute. In memory,
/// readings are absolute and within their range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    number: u8,
    readings: Vec<u64, MAX_SAMPLES>,
}

/// The reason why a reading or a register is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterError {
    /// The register's number is not 0 to 48.
    InvalidNumber(u8),
    /// The reading of this sample, counted from 0, is not 0 to [`MAX_READING`].
    ReadingOutOfRange(usize),
    /// The register already has [`MAX_SAMPLES`] readings.
    TooManyReadings,
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidNumber(number) => {
                write!(f, "register {number} is not 0 to {MAX_REGISTER_NUMBER}")
            }
            Self::ReadingOutOfRange(sample) => {
                write!(f, "the reading of sample {sample} is not 0 to {MAX_READING} Wh")
            }
            Self::TooManyReadings => write!(f, "a register has more than {MAX_SAMPLES} samples"),
        }
    }
}

impl core::error::Error for RegisterError {}

impl Register {
    /// Creates a register without readings. 0 is the total register, 1 to 48 are tariff registers.
    ///
    /// # Errors
    /// [`RegisterError::InvalidNumber`] above 48.
    pub const fn new(number: u8) -> Result<Self, RegisterError> {
        if number <= MAX_REGISTER_NUMBER {
            Ok(Self { number, readings: Vec::new() })
        } else {
            Err(RegisterError::InvalidNumber(number))
        }
    }

    /// 0 for the total register, 1 to 48 for a tariff register.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// Adds the reading of the next sample: the cumulative energy in Wh, or `None` if it is missing.
    ///
    /// # Errors
    /// [`RegisterError::ReadingOutOfRange`] above [`MAX_READING`],
    /// [`RegisterError::TooManyReadings`] after [`MAX_SAMPLES`]. The register is then unchanged.
    pub fn push(&mut self, watt_hours: Option<u64>) -> Result<(), RegisterError> {
        if watt_hours.is_some_and(|reading| reading > MAX_READING) {
            return Err(RegisterError::ReadingOutOfRange(self.readings.len()));
        }
        let reading = watt_hours.unwrap_or(MISSING);
        self.readings.push(reading).map_err(|_| RegisterError::TooManyReadings)
    }

    /// The number of samples, including missing ones.
    #[must_use]
    pub fn len(&self) -> usize {
        self.readings.len()
    }

    /// Whether the register has no samples.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.readings.is_empty()
    }

    /// The readings that are not missing: (sample, counted from 0; cumulative energy in Wh).
    pub fn readings(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let all = self.readings.iter().copied().enumerate();
        all.filter(|(_, reading)| *reading != MISSING)
    }

    pub(super) fn write(&self, out: &mut Output<'_>) -> fmt::Result {
        let mut last = 0;
        let increments = self.readings.iter().map(|reading| {
            // Readings are at most MAX_READING, so both conversions and the difference fit.
            let reading = i64::try_from(*reading).ok()?;
            let increment = reading.checked_sub(last)?;
            last = reading;
            Some(increment)
        });
        json::write_numbers(out, core::iter::once(Some(i64::from(self.number))).chain(increments))
    }

    /// Adds a number from the wire. `last` is the last known reading, or 0 before the first one.
    fn push_increment(
        &mut self,
        last: &mut u64,
        increment: Option<i64>,
    ) -> Result<(), RegisterError> {
        let Some(increment) = increment else {
            return self.push(None);
        };
        let out_of_range = RegisterError::ReadingOutOfRange(self.readings.len());
        let reading = last.checked_add_signed(increment).ok_or(out_of_range)?;
        self.push(Some(reading))?;
        *last = reading;
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Register {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Register;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of a register's number, its first reading and the increments")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Register, A::Error> {
        let number = row.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
        let mut register = Register::new(number).map_err(A::Error::custom)?;
        let mut last = 0;
        while let Some(increment) = row.next_element()? {
            register.push_increment(&mut last, increment).map_err(A::Error::custom)?;
        }
        Ok(register)
    }
}

/// For `deserialize_with`: the rows of one direction, in which each register occurs at most once.
pub(super) fn deserialize_rows<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Register, MAX_REGISTERS>, D::Error> {
    let rows: Vec<Register, MAX_REGISTERS> = Vec::deserialize(deserializer)?;
    for (index, row) in rows.iter().enumerate() {
        if rows.iter().take(index).any(|earlier| earlier.number == row.number) {
            let number = row.number;
            return Err(D::Error::custom(format_args!("register {number} is there twice")));
        }
    }
    Ok(rows)
}
