//! Telemetry events into the store: the use case behind `mqtt-receiver`.
//! Imports `domain` and `store`.

mod event;

use std::collections::BTreeMap;

use crate::domain::decode::decode;
use crate::domain::identity::{DeviceId, HomeId};
use crate::domain::merge::Change;
use crate::store::{DeadLetter, HomeChanges, Store, StoreError};

pub use event::{Body, Event};

/// What became of a batch of events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events that were read.
    pub accepted: usize,
    /// Observations that they held.
    pub observations: usize,
    /// Events that are not telemetry, such as a device's twin changing.
    pub ignored: usize,
    /// Events kept aside: where each was and why. Never their content.
    pub rejected: Vec<String>,
}

/// Reads events and stores what they say. A bad event is data: it is kept
/// aside with its reason and bytes.
///
/// # Errors
/// [`StoreError`] when the store did not take it; the whole batch is to be sent again.
pub async fn ingest(store: &Store, events: Vec<Event>) -> Result<Report, StoreError> {
    let (changes, dead, report) = sort(events);
    if !(changes.is_empty() && dead.is_empty()) {
        store.record(changes, dead).await?;
    }
    Ok(report)
}

fn sort(events: Vec<Event>) -> (Vec<HomeChanges>, Vec<DeadLetter>, Report) {
    let mut report = Report::default();
    let mut homes: BTreeMap<HomeId, Vec<Change>> = BTreeMap::new();
    let mut dead = Vec::new();
    for event in events {
        if !event.is_telemetry() {
            report.ignored += 1;
            continue;
        }
        match read(&event) {
            Ok((device, changes)) => {
                report.accepted += 1;
                report.observations += changes.len();
                if !changes.is_empty() {
                    homes.entry(HomeId::from(&device)).or_default().extend(changes);
                }
            }
            Err(reason) => {
                report.rejected.push(format!("{}: {reason}", event.place));
                dead.push(event.into_dead_letter(reason));
            }
        }
    }
    (homes.into_iter().collect(), dead, report)
}

fn read(event: &Event) -> Result<(DeviceId, Vec<Change>), String> {
    let device = event.device.as_deref().ok_or("the transport names no device")?;
    let device = DeviceId::new(device).map_err(|error| format!("device id: {error}"))?;
    let Body::Bytes(bytes) = &event.body else {
        return Err("the event's body is not base64".to_owned());
    };
    let observations = decode(bytes, event.enqueued).map_err(|rejection| rejection.to_string())?;
    let changes = observations
        .into_iter()
        .map(|observation| Change::Observed(device.clone(), observation))
        .collect();
    Ok((device, changes))
}
