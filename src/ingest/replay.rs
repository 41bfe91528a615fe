//! Replays dead letters: decodes and ingests them again.

use super::{Batch, Event, truncate_reason};
use crate::store::{DeadLetter, DeadLetterChanges, DeadLetterKey, Store, StoreError};

/// What happened to a dead letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayOutcome {
    /// The event is in the store, and the dead letter is removed.
    Accepted { observations: usize },
    /// The event still cannot be read.
    Kept { reason: String, is_new_reason: bool },
}

/// Replays dead letters. One is removed only after its event is durable, so an
/// interrupted replay can be repeated. Returns the outcomes in the same order.
///
/// # Errors
/// If the store fails; the dead letters stay.
pub async fn replay(
    store: &Store,
    letters: Vec<(DeadLetterKey, DeadLetter)>,
) -> Result<Vec<(String, ReplayOutcome)>, StoreError> {
    let mut changes = DeadLetterChanges::default();
    let mut outcomes = Vec::with_capacity(letters.len());
    for (key, letter) in letters {
        let id = letter.id.clone();
        let outcome = replay_one(store, letter).await?;
        match &outcome {
            ReplayOutcome::Accepted { .. } => changes.removed.push(key),
            ReplayOutcome::Kept { reason, is_new_reason: true } => {
                changes.new_reasons.push((key, reason.clone()));
            }
            ReplayOutcome::Kept { .. } => {}
        }
        outcomes.push((id, outcome));
    }
    store.update_dead_letters(changes).await?;
    Ok(outcomes)
}

async fn replay_one(store: &Store, letter: DeadLetter) -> Result<ReplayOutcome, StoreError> {
    let old_reason = letter.reason.clone();
    // Without its device id or the device's bytes an event can never be accepted, and its
    // first reason is more informative than a new one.
    if letter.device.is_none() || !letter.is_decoded {
        return Ok(ReplayOutcome::Kept { reason: old_reason, is_new_reason: false });
    }
    let mut batch = Batch::default();
    batch.add_event(Event::from(letter));
    let reason = match batch.dead_letters.pop() {
        Some(rejected) => rejected.reason,
        None => match store.record(batch.changes(), Vec::new()).await {
            Ok(_) => {
                return Ok(ReplayOutcome::Accepted { observations: batch.report.observations });
            }
            Err(error) if error.is_limited_to_one_home() => truncate_reason(&error.to_string()),
            Err(error) => return Err(error),
        },
    };
    Ok(ReplayOutcome::Kept { is_new_reason: reason != old_reason, reason })
}
