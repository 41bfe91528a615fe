//! Events that could not be read: one partition a device and day, so that a
//! device that sends rubbish fills nobody's, not even its own: a partition takes
//! 20 GB, and no hub that much of a device in a day.

use azure_data_cosmos::Query;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::de::Error;
use serde::{Deserialize, Serialize};

use super::item::Key;
use super::operation::{self, CreateOutcome};
use super::{Cosmos, DeadLetter, MAX_CONCURRENCY, StoreError};
use crate::domain::calendar;
use crate::domain::document::UnreadableDocument;
use crate::domain::identity::DeviceId;
use crate::domain::units::Moment;

/// An event as an item.
#[derive(Debug, Serialize, Deserialize)]
struct DeadLetterItem {
    id: String,
    partition: String,
    /// Where the transport had it.
    place: String,
    device: Option<String>,
    enqueued: Option<Moment>,
    reason: String,
    /// In base64; of what no hub lets through only the beginning.
    body: String,
}

/// The most that is kept of an event, in bytes. Hubs take at most 1 MB, an item at most
/// 2 MB, and base64 makes four bytes of three.
const MAX_BODY_BYTES: usize = 1 << 20;

/// The most that is kept of a device's name, in characters: twice what a hub allows.
const MAX_DEVICE_CHARS: usize = 256;

/// Stands for the device where the transport named none. No device has this
/// name, because a `/` may not be in it.
const UNKNOWN_DEVICE: &str = "/";

impl DeadLetterItem {
    fn new(letter: DeadLetter) -> Self {
        let body = &letter.body[..letter.body.len().min(MAX_BODY_BYTES)];
        let device = letter.device.clone().filter(|device| DeviceId::new(device).is_ok());
        let day = letter.enqueued.map(|at| calendar::utc_date(at).to_string());
        Self {
            id: percent_encoding::utf8_percent_encode(&letter.id, ESCAPED_IN_ID).to_string(),
            partition: format!(
                "{}|{}",
                device.as_deref().unwrap_or(UNKNOWN_DEVICE),
                day.as_deref().unwrap_or_default()
            ),
            body: BASE64_STANDARD.encode(body),
            place: letter.id,
            device: letter.device.map(|device| device.chars().take(MAX_DEVICE_CHARS).collect()),
            enqueued: letter.enqueued,
            reason: letter.reason,
        }
    }
}

/// Which events there are, without what is large.
#[derive(Debug, Deserialize)]
struct DeadLetterSummary {
    id: String,
    partition: String,
    enqueued: Option<Moment>,
    place: String,
}

/// What Cosmos DB refuses in an id, and the sign that stands for it.
const ESCAPED_IN_ID: &percent_encoding::AsciiSet =
    &percent_encoding::CONTROLS.add(b'/').add(b'\\').add(b'?').add(b'#').add(b'%');

/// Reads an item back.
fn parse_dead_letter(key: &Key, json: &[u8]) -> Result<DeadLetter, StoreError> {
    let unreadable = |source| StoreError::Unreadable {
        partition: key.partition.clone(),
        id: key.id.clone(),
        source: UnreadableDocument::Malformed(source),
    };
    let item: DeadLetterItem = serde_json::from_slice(json).map_err(unreadable)?;
    let not_base64 = |error| unreadable(serde_json::Error::custom(error));
    Ok(DeadLetter {
        id: item.place,
        device: item.device,
        enqueued: item.enqueued,
        reason: item.reason,
        body: BASE64_STANDARD.decode(item.body).map_err(not_base64)?,
    })
}

impl Cosmos {
    /// Keeps events; what is kept already stays as it is. One that is too large
    /// for Cosmos DB is given up with a line in the log: it would hold up all
    /// that come after it, for ever. None is known that is.
    pub(super) async fn store_dead_letters(
        &self,
        letters: Vec<DeadLetter>,
    ) -> Result<(), StoreError> {
        let create = |letter| async move {
            let item = DeadLetterItem::new(letter);
            let key = Key { partition: item.partition.clone(), id: item.id.clone() };
            match operation::create(self.account.dead_letters().await?, &key, &item).await {
                Ok(CreateOutcome::Created | CreateOutcome::AlreadyExists) => Ok(()),
                Err(error) if error.is_too_large() => {
                    tracing::error!(event.place = %item.place, error = %error, "event lost");
                    Ok(())
                }
                Err(error) => Err(error),
            }
        };
        stream::iter(letters).map(create).buffer_unordered(MAX_CONCURRENCY).try_collect().await
    }

    /// The oldest that are kept. First only which there are: a year's content
    /// may be more than fits.
    pub(super) async fn load_dead_letters(
        &self,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let query = Query::from("SELECT c.id, c.partition, c.enqueued, c.place FROM c");
        let container = self.account.dead_letters().await?;
        let mut summaries: Vec<DeadLetterSummary> = operation::query_all(container, query).await?;
        summaries.sort_by(|a, b| (a.enqueued, &a.place).cmp(&(b.enqueued, &b.place)));
        summaries.truncate(limit);
        let read = |DeadLetterSummary { partition, id, .. }| async move {
            let key = Key { partition, id };
            let found = operation::read(container, &key).await?;
            found.map(|(json, _)| parse_dead_letter(&key, &json)).transpose()
        };
        let letters: Vec<Option<_>> =
            stream::iter(summaries).map(read).buffered(MAX_CONCURRENCY).try_collect().await?;
        // One that is gone since then has lived its year.
        Ok(letters.into_iter().flatten().collect())
    }
}
