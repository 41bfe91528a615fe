//! `CloudSMETS` JSON, version 1: the documented format of the first devices.
//!
//! `{"cloudsmets":{"GUID":"00-11-22-33-44-55-66-77","time":12345678,"electricity":[1234.56,7890.34],"gas":[1234.56]}}`,
//! without white space. The message contains the time of the reading, and the registers in kWh
//! (electricity) or m3 (gas): the total register alone, or one register per tariff rate.

mod guid;
mod thousandths;

use core::fmt::{self, Write};

use heapless::Vec;
use serde::{Deserialize, Deserializer};

use crate::bytes::{BufferFull, Output};
use crate::json::{self, Object};

pub use guid::Guid;
pub use thousandths::Thousandths;

/// The maximum number of tariff registers of one fuel.
pub const MAX_REGISTERS: usize = 48;

/// The content of the `cloudsmets` member.
///
/// Unknown members are ignored. An absent fuel, `null` and an empty list are equivalent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Message {
    /// The device's own id; `None` if absent or malformed. It must **never** be used as the device id,
    /// which comes from the transport.
    #[serde(rename = "GUID", default, deserialize_with = "guid::deserialize_lenient")]
    pub guid: Option<Guid>,
    /// The time of the reading in Unix seconds, from 0 to the end of the year 9999.
    #[serde(deserialize_with = "crate::time::deserialize_unix")]
    pub time: i64,
    /// Import registers of electricity in Wh (kWh on the wire), by tariff rate; `None` is unknown.
    #[serde(default, deserialize_with = "deserialize_registers")]
    pub electricity: Vec<Option<Thousandths>, MAX_REGISTERS>,
    /// Registers of gas in litres (m3 on the wire), by tariff rate; `None` is unknown.
    #[serde(default, deserialize_with = "deserialize_registers")]
    pub gas: Vec<Option<Thousandths>, MAX_REGISTERS>,
}

impl Message {
    /// A message without registers.
    #[must_use]
    pub const fn new(time: i64) -> Self {
        Self { guid: None, time, electricity: Vec::new(), gas: Vec::new() }
    }

    /// Writes the message, without its envelope, to the start of `out` and returns its length in bytes.
    ///
    /// # Errors
    /// [`BufferFull`] if `out` is too small.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, BufferFull> {
        json::encode(out, |out| self.write(out))
    }

    pub(crate) fn write(&self, out: &mut Output<'_>) -> fmt::Result {
        let mut object = Object::begin(out);
        if let Some(guid) = self.guid {
            write!(object.write_key("GUID")?, "\"{guid}\"")?; // nothing to escape
        }
        object.write_number("time", Some(self.time))?;
        for (key, registers) in [("electricity", &self.electricity), ("gas", &self.gas)] {
            if !registers.is_empty() {
                json::write_numbers(object.write_key(key)?, registers.iter().copied())?;
            }
        }
        object.end()
    }
}

type Registers = Vec<Option<Thousandths>, MAX_REGISTERS>;

fn deserialize_registers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Registers, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
