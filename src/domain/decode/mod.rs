//! From a telemetry event's bytes to observations. The dialect is told from
//! the content; identity never is.

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

/// The largest event that IoT Hub passes on, 256 KB (Microsoft Learn, "IoT Hub
/// quotas and throttling"). Anything larger was not sent by a device.
pub const LARGEST_EVENT: usize = 256 * 1024;

/// The dialects that devices speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `{"cloudsmets":{"GUID":..,"time":..,"electricity":[..],"gas":[..]}}`.
    CloudsmetsV1,
    /// `{"cloudsmets":{"v":2,..}}`, see `docs/telemetry.md`.
    CloudsmetsV2,
    /// A Telink ZBHCI frame as it came from the Zigbee chip.
    Zbhci,
    /// Hildebrand Glow's local MQTT.
    Glow,
    /// Glow's raw Zigbee attributes.
    GlowRaw,
}

/// Why an event says nothing that can be used. The event is dead-lettered with this text.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// There is nothing in it.
    #[error("the event is empty")]
    Empty,
    /// No device sends that much.
    #[error("the event has {0} bytes, more than the {LARGEST_EVENT} that IoT Hub passes on")]
    TooLarge(usize),
    /// Neither JSON nor a frame.
    #[error("neither a ZBHCI frame nor JSON: {0}")]
    NotJson(serde_json::Error),
    /// JSON, but of no dialect.
    #[error(
        "no dialect that is known: none of the members cloudsmets, electricitymeter, gasmeter, \
         STATE, elecMtr, gasMtr is there"
    )]
    UnknownDialect,
    /// CloudSMETS JSON with a version that is not known.
    #[error("CloudSMETS JSON has no version {0}; this program knows 1 and 2")]
    UnknownVersion(u64),
    /// The dialect is known, the content is not right.
    #[error("{dialect:?}: {problem}")]
    Malformed {
        /// The dialect.
        dialect: Dialect,
        /// What is wrong.
        problem: String,
    },
    /// A quantity in a unit that the dialect does not have.
    #[error("{quantity} is in {found:?}, not in {expected}")]
    WrongUnit {
        /// What was measured.
        quantity: &'static str,
        /// The unit that was named.
        found: String,
        /// What the dialect uses.
        expected: &'static str,
    },
    /// The dialect carries no time and the transport gave none.
    #[error("neither the event nor its transport says when it was")]
    NoTime,
}

impl Rejection {
    fn malformed(dialect: Dialect, problem: &(impl std::fmt::Display + ?Sized)) -> Self {
        Self::Malformed { dialect, problem: problem.to_string() }
    }

    /// The same without a word of the event's own, for logs.
    #[must_use]
    pub fn summary(&self) -> String {
        match self {
            Self::NotJson(error) => {
                format!("no ZBHCI frame, and as JSON: {}", redacted_message(error))
            }
            Self::UnknownVersion(_) => "CloudSMETS JSON of a version that is not known".to_owned(),
            Self::Malformed { dialect, .. } => format!("{dialect:?}: not of the dialect's form"),
            Self::WrongUnit { quantity, expected, .. } => {
                format!("{quantity} is not in {expected}")
            }
            Self::Empty | Self::TooLarge(_) | Self::UnknownDialect | Self::NoTime => {
                self.to_string()
            }
        }
    }
}

/// What an event's bytes say. `enqueued` is when the hub took the event: the
/// time of readings whose dialect carries none or whose device has no clock yet.
///
/// An event may say nothing that is known yet; that is no fault.
///
/// # Errors
/// [`Rejection`] for everything that cannot be read. Never panics.
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

/// The members that tell the dialects apart.
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
