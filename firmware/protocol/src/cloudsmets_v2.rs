//! `CloudSMETS` JSON, version 2. It uses only integers, and a message contains several samples: a minute
//! of 10-second samples takes at most 450 bytes (the free tier of IoT Hub counts messages in units of
//! 512 bytes).
//!
//! ```json
//! {"cloudsmets":{"v":2,"seq":[17,4242],"t":1767323100,"step":10,
//!   "elec":{"imp":[[0,1234567,1,1,0,2,1]],"exp":[[0,12345,0,0,0,0,0]],"w":[425,430,428,440,431,429],
//!     "price":[24690,53910],"credit":[123400,50000,0]},
//!   "gas":{"t":1767322800,"l":5995276,"price":[6120,29110],"credit":[45600,null,null],"cv":3950,"cf":102264},
//!   "dev":{"fw":"1.4.2","rssi":-61,"lqi":200,"up":86400}}}
//! ```
//!
//! On the wire there is no white space. All members except `v` and `t` are optional, and unknown members
//! are ignored. Sample k of every array was taken at `t` + k x `step`.

mod fuel;
mod register;
mod sequence;
mod version;

use core::fmt;

use heapless::String;
use serde::Deserialize;

use crate::bytes::{BufferFull, Output};
use crate::json::{self, Object};

pub use fuel::{Credit, Electricity, Gas, Price};
pub use register::{MAX_READING, Register, RegisterError};
pub use sequence::{Sequence, Step};
use version::Version2;

/// The maximum number of samples in one message.
pub const MAX_SAMPLES: usize = 64;

/// The maximum number of registers of one direction.
pub const MAX_REGISTERS: usize = 8;

/// The maximum number of bytes in the text of a release version.
pub const MAX_FIRMWARE_LENGTH: usize = 24;

/// The content of the `cloudsmets` member. It takes about 10 kB of memory, regardless of its content.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Message {
    #[serde(rename = "v")]
    version: Version2,
    /// The position of the message among those of the device.
    #[serde(rename = "seq")]
    pub sequence: Option<Sequence>,
    /// The time of the first sample in Unix seconds, from 0 to the end of the year 9999.
    #[serde(rename = "t", deserialize_with = "crate::time::deserialize_unix")]
    pub time: i64,
    /// Time between samples.
    #[serde(default)]
    pub step: Step,
    /// The electricity meter.
    #[serde(rename = "elec")]
    pub electricity: Option<Electricity>,
    /// The gas meter.
    pub gas: Option<Gas>,
    /// The state of the device.
    #[serde(rename = "dev")]
    pub device: Option<Device>,
}

impl Message {
    /// Creates a message that contains only its time, with a step of 10 seconds.
    #[must_use]
    pub const fn new(time: i64) -> Self {
        Self {
            version: Version2,
            sequence: None,
            time,
            step: Step::TEN_SECONDS,
            electricity: None,
            gas: None,
            device: None,
        }
    }

    /// The time of a sample in Unix seconds. `index` counts from 0.
    #[must_use]
    pub fn sample_time(&self, index: usize) -> i64 {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        let since_first = index.saturating_mul(i64::from(self.step.seconds()));
        self.time.saturating_add(since_first)
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
        object.write_number("v", Some(Version2::NUMBER))?;
        if let Some(Sequence { boot, message }) = self.sequence {
            json::write_numbers(object.write_key("seq")?, [Some(boot), Some(message)])?;
        }
        object.write_number("t", Some(self.time))?;
        object.write_number("step", Some(self.step.seconds()))?;
        if let Some(electricity) = &self.electricity {
            electricity.write(object.write_key("elec")?)?;
        }
        if let Some(gas) = &self.gas {
            gas.write(object.write_key("gas")?)?;
        }
        if let Some(device) = &self.device {
            device.write(object.write_key("dev")?)?;
        }
        object.end()
    }
}

/// The state of the device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Device {
    /// Release version of the firmware; [`crate::release::Version`] parses it.
    #[serde(rename = "fw")]
    pub firmware: Option<String<MAX_FIRMWARE_LENGTH>>,
    /// Wi-Fi signal strength in dBm.
    pub rssi: Option<i16>,
    /// Zigbee link quality, 0 to 255. A greater value is better.
    pub lqi: Option<u8>,
    /// Seconds since the device started.
    #[serde(rename = "up")]
    pub uptime: Option<u64>,
}

impl Device {
    fn write(&self, out: &mut Output<'_>) -> fmt::Result {
        let mut object = Object::begin(out);
        if let Some(firmware) = &self.firmware {
            json::write_string(object.write_key("fw")?, firmware)?;
        }
        object.write_number("rssi", self.rssi)?;
        object.write_number("lqi", self.lqi)?;
        object.write_number("up", self.uptime)?;
        object.end()
    }
}
