//! Ingest of telemetry events into the store: the use case behind
//! `mqtt-receiver`. Imports `domain` and `store`.

mod event;
mod replay;

use std::collections::BTreeMap;

use crate::domain::decode::{Rejection, decode};
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::merge::Change;
use crate::store::{DeadLetter, HomeChanges, Store, StoreError};

pub use event::{Body, Event};
pub use replay::{ReplayOutcome, replay};

/// The outcome of a batch of events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngestReport {
    pub accepted: usize,
    /// Observations in the accepted events.
    pub observations: usize,
    /// Events that are not telemetry, such as a change of a device's twin.
    pub ignored: usize,
    /// The position and reason of each dead-lettered event. Never quotes its content.
    pub rejected: Vec<String>,
}

/// Decodes events and records their observations. A bad event is data: it is
/// dead-lettered with its reason and bytes. So are the events of a home whose
/// documents can be neither read nor written, because a retry cannot fix that
/// and would block the other homes.
///
/// # Errors
/// If the store fails; the caller retries the whole batch.
pub async fn ingest(store: &Store, events: Vec<Event>) -> Result<IngestReport, StoreError> {
    let mut batch = Batch::default();
    events.into_iter().for_each(|event| batch.add_event(event));
    if batch.is_empty() {
        return Ok(batch.report);
    }
    match store.record(batch.changes(), batch.dead_letters.clone()).await {
        Ok(_) => Ok(batch.report),
        Err(error) if error.is_limited_to_one_home() => record_home_by_home(store, batch).await,
        Err(error) => Err(error),
    }
}

async fn record_home_by_home(store: &Store, mut batch: Batch) -> Result<IngestReport, StoreError> {
    for (home, (changes, events)) in std::mem::take(&mut batch.homes) {
        let observations = changes.len();
        match store.record(vec![(home, changes)], Vec::new()).await {
            Ok(_) => {}
            Err(error) if error.is_limited_to_one_home() => {
                tracing::error!(error = %error, "a home's documents can be neither read nor written");
                batch.report.accepted -= events.len();
                batch.report.observations -= observations;
                let reason = DeadLetterReason::new(error.to_string());
                events.into_iter().for_each(|event| batch.dead_letter(event, &reason));
            }
            Err(error) => return Err(error),
        }
    }
    store.record(Vec::new(), batch.dead_letters).await?;
    Ok(batch.report)
}

/// A batch's events, sorted by home and outcome.
#[derive(Default)]
struct Batch {
    homes: BTreeMap<HomeId, (Vec<Change>, Vec<Event>)>,
    dead_letters: Vec<DeadLetter>,
    report: IngestReport,
}

impl Batch {
    fn add_event(&mut self, event: Event) {
        if !event.is_telemetry() {
            self.report.ignored += 1;
            return;
        }
        match decode_event(&event) {
            Ok((device, changes)) => {
                self.report.accepted += 1;
                self.report.observations += changes.len();
                if !changes.is_empty() {
                    let home = self.homes.entry(HomeId::from(&device)).or_default();
                    home.0.extend(changes);
                    home.1.push(event);
                }
            }
            Err(reason) => self.dead_letter(event, &reason),
        }
    }

    fn dead_letter(&mut self, event: Event, reason: &DeadLetterReason) {
        self.report.rejected.push(format!(
            "{}: {}",
            event.position,
            truncate_reason(&reason.summary)
        ));
        self.dead_letters.push(event.into_dead_letter(truncate_reason(&reason.detail)));
    }

    fn is_empty(&self) -> bool {
        self.homes.is_empty() && self.dead_letters.is_empty()
    }

    fn changes(&self) -> Vec<HomeChanges> {
        let homes = self.homes.iter();
        homes.map(|(home, (changes, _))| (home.clone(), changes.clone())).collect()
    }
}

/// The longest reason, in characters. A parser's message may quote the event.
const LONGEST_REASON: usize = 200;

fn truncate_reason(reason: &str) -> String {
    match reason.char_indices().nth(LONGEST_REASON) {
        Some((end, _)) => format!("{}...", &reason[..end]),
        None => reason.to_owned(),
    }
}

/// Why an event is dead-lettered.
struct DeadLetterReason {
    /// Stored with the event; may quote it.
    detail: String,
    /// For the report, which is logged; never quotes the event.
    summary: String,
}

impl DeadLetterReason {
    fn new(detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { summary: detail.clone(), detail }
    }
}

impl From<Rejection> for DeadLetterReason {
    fn from(rejection: Rejection) -> Self {
        Self { detail: rejection.to_string(), summary: rejection.summary() }
    }
}

fn decode_event(event: &Event) -> Result<(DeviceId, Vec<Change>), DeadLetterReason> {
    if let Some(reason) = &event.invalid_properties {
        let reason = format!("the hub's properties of the event are malformed: {reason}");
        return Err(DeadLetterReason::new(reason));
    }
    let device = event.device.as_deref();
    let device = device.ok_or_else(|| DeadLetterReason::new("the transport gave no device id"))?;
    let device = DeviceId::new(device)
        .map_err(|error| DeadLetterReason::new(format!("device id: {error}")))?;
    let Body::Bytes(bytes) = &event.body else {
        return Err(DeadLetterReason::new("the event's body is not base64"));
    };
    let observations = decode(bytes, event.enqueued)?;
    let changes = observations
        .into_iter()
        .map(|observation| Change::Reported(device.clone(), observation))
        .collect();
    Ok((device, changes))
}
