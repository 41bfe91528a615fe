//! Decodes the bytes of a telemetry event into observations. The dialect is detected from the content.
//! The device id never comes from the content.

mod clock;
mod cloudsmets;
mod collector;
mod exact_decimal;
mod glow;
mod glow_raw;
mod zbhci;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::redacted_message;
use super::observation::Observation;
use super::units::Moment;
use clock::EventClock;
use collector::ObservationCollector;

/// The largest event that IoT Hub delivers, in bytes (Microsoft Learn, "IoT Hub quotas and
/// throttling"). No device can send a larger one.
pub const LARGEST_EVENT: usize = 256 * 1024;

/// The formats of the devices' messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `{"cloudsmets":{"GUID":..,"time":..,"electricity":[..],"gas":[..]}}`.
    CloudsmetsV1,
    /// `{"cloudsmets":{"v":2,..}}`, see `docs/telemetry.md`.
    CloudsmetsV2,
    /// A Telink ZBHCI frame as the Zigbee chip sends it.
    Zbhci,
    /// JSON that Hildebrand Glow publishes on local MQTT.
    Glow,
    /// Zigbee attributes that Hildebrand Glow publishes in hexadecimal.
    GlowRaw,
}

/// The reason why an event is dead-lettered. Its text is stored with the event.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    #[error("the event is empty")]
    Empty,
    #[error("the event has {0} bytes, more than the {LARGEST_EVENT} that IoT Hub delivers")]
    TooLarge(usize),
    #[error("the event is neither a ZBHCI frame nor JSON: {0}")]
    NotJson(serde_json::Error),
    #[error(
        "the dialect is unknown: the event has none of the members cloudsmets, electricitymeter, \
         gasmeter, STATE, elecMtr, gasMtr"
    )]
    UnknownDialect,
    #[error("CloudSMETS JSON has version {0}; this program knows 1 and 2")]
    UnknownVersion(u64),
    /// The content is not valid in its dialect.
    #[error("{dialect:?}: {problem}")]
    Malformed { dialect: Dialect, problem: String },
    /// A quantity in a unit that the dialect does not have.
    #[error("{quantity} is in {found:?}, not in {expected}")]
    WrongUnit {
        quantity: &'static str,
        /// The unit in the event.
        found: String,
        /// The units that the dialect uses.
        expected: &'static str,
    },
    #[error("neither the event nor its transport has a time")]
    NoTime,
}

impl Rejection {
    fn malformed(dialect: Dialect, problem: &(impl std::fmt::Display + ?Sized)) -> Self {
        Self::Malformed { dialect, problem: problem.to_string() }
    }

    /// The reason without any content of the event, for logs.
    #[must_use]
    pub fn summary(&self) -> String {
        match self {
            Self::NotJson(error) => {
                format!("neither a ZBHCI frame nor JSON: {}", redacted_message(error))
            }
            Self::UnknownVersion(_) => "the version of the CloudSMETS JSON is unknown".to_owned(),
            Self::Malformed { dialect, .. } => format!("{dialect:?}: the content is malformed"),
            Self::WrongUnit { quantity, expected, .. } => {
                format!("{quantity} is not in {expected}")
            }
            Self::Empty | Self::TooLarge(_) | Self::UnknownDialect | Self::NoTime => {
                self.to_string()
            }
        }
    }
}

/// Decodes an event. `enqueued` is the time at which the hub enqueued it. It is the time of readings
/// whose dialect has no times or whose device has no valid clock.
///
/// A valid event may contain no observations.
///
/// # Errors
/// [`Rejection`] for every event that cannot be read. Never panics.
pub fn decode(body: &[u8], enqueued: Option<Moment>) -> Result<Vec<Observation>, Rejection> {
    if body.len() > LARGEST_EVENT {
        return Err(Rejection::TooLarge(body.len()));
    }
    let clock = EventClock::new(enqueued);
    let mut collector = ObservationCollector::default();
    match body.trim_ascii().first() {
        None => return Err(Rejection::Empty),
        Some(0x55) => zbhci::decode(body, clock, &mut collector)?,
        Some(_) => decode_json(body, clock, &mut collector)?,
    }
    Ok(collector.into_observations())
}

/// The members by which the dialect is detected.
#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    cloudsmets: Option<&'a RawValue>,
    #[serde(borrow)]
    electricitymeter: Option<&'a RawValue>,
    #[serde(borrow)]
    gasmeter: Option<&'a RawValue>,
    #[serde(borrow, rename = "STATE")]
    state: Option<&'a RawValue>,
    #[serde(borrow, rename = "elecMtr")]
    electricity_raw: Option<&'a RawValue>,
    #[serde(borrow, rename = "gasMtr")]
    gas_raw: Option<&'a RawValue>,
    #[serde(borrow)]
    gmtime: Option<&'a RawValue>,
    #[serde(borrow)]
    han: Option<&'a RawValue>,
}

fn decode_json(
    body: &[u8],
    clock: EventClock,
    collector: &mut ObservationCollector,
) -> Result<(), Rejection> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let payload: Payload<'_> = serde_json::from_slice(body).map_err(Rejection::NotJson)?;
    let mut known = false;
    if let Some(message) = payload.cloudsmets {
        cloudsmets::decode(message.get(), clock, collector)?;
        known = true;
    }
    if let Some(meter) = payload.electricitymeter {
        glow::decode_electricity(meter.get(), clock, collector)?;
        known = true;
    }
    if let Some(meter) = payload.gasmeter {
        glow::decode_gas(meter.get(), clock, collector)?;
        known = true;
    }
    if let Some(state) = payload.state {
        glow::decode_state(state.get(), clock, collector)?;
        known = true;
    } else if payload.han.is_some() {
        // The STATE topic's payload comes without a wrapper.
        glow::decode_state(std::str::from_utf8(body).unwrap_or_default(), clock, collector)?;
        known = true;
    }
    if payload.electricity_raw.is_some() || payload.gas_raw.is_some() {
        let [electricity, gas, time] = [payload.electricity_raw, payload.gas_raw, payload.gmtime]
            .map(|m| m.map(RawValue::get));
        glow_raw::decode(electricity, gas, time, clock, collector)?;
        known = true;
    }
    if known { Ok(()) } else { Err(Rejection::UnknownDialect) }
}
