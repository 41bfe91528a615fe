//! Dead letters in Cosmos DB: one partition per device and day. A partition
//! holds 20 GB and no hub accepts that much from a device in a day, so a faulty
//! device cannot fill a partition, not even its own.

use azure_data_cosmos::Query;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::de::Error;
use serde::{Deserialize, Serialize};

use super::item::Key;
use super::operation::{self, CreateOutcome};
use super::{Cosmos, DeadLetter, DeadLetterChanges, DeadLetterKey, MAX_CONCURRENCY, StoreError};
use crate::domain::calendar;
use crate::domain::document::UnreadableDocument;
use crate::domain::identity::DeviceId;
use crate::domain::units::Moment;
use crate::store::dead_letter::NOT_BASE64_REASON;

#[derive(Debug, Serialize, Deserialize)]
struct DeadLetterItem {
    id: String,
    partition: String,
    /// The dead letter's id, unescaped.
    place: String,
    device: Option<String>,
    enqueued: Option<Moment>,
    reason: String,
    /// Base64. Truncated if it is larger than any hub accepts.
    body: String,
    /// [`DeadLetter::is_decoded`]. Older versions did not store it.
    decoded: Option<bool>,
}

/// The largest stored body, in bytes. A hub accepts at most 1 MB, an item holds
/// at most 2 MB, and base64 makes four bytes of three.
const MAX_BODY_BYTES: usize = 1 << 20;

/// The longest stored device id, in characters: twice what a hub allows.
const MAX_DEVICE_CHARS: usize = 256;

/// The partition's device if the transport gave none. A device id cannot
/// contain a `/`.
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
            decoded: Some(letter.is_decoded),
        }
    }
}

/// A dead letter without its body, for sorting.
#[derive(Debug, Deserialize)]
struct DeadLetterSummary {
    id: String,
    partition: String,
    enqueued: Option<Moment>,
    place: String,
}

/// The characters that Cosmos DB refuses in an id, and the escape character itself.
const ESCAPED_IN_ID: &percent_encoding::AsciiSet =
    &percent_encoding::CONTROLS.add(b'/').add(b'\\').add(b'?').add(b'#').add(b'%');

fn parse_item(key: &Key, json: &[u8]) -> Result<DeadLetterItem, StoreError> {
    serde_json::from_slice(json).map_err(|error| unreadable(key, error))
}

fn unreadable(key: &Key, error: serde_json::Error) -> StoreError {
    StoreError::Unreadable {
        partition: key.partition.clone(),
        id: key.id.clone(),
        source: UnreadableDocument::Malformed(error),
    }
}

fn parse_dead_letter(key: &Key, json: &[u8]) -> Result<DeadLetter, StoreError> {
    let item = parse_item(key, json)?;
    let not_base64 = |error| unreadable(key, serde_json::Error::custom(error));
    Ok(DeadLetter {
        id: item.place,
        device: item.device,
        enqueued: item.enqueued,
        is_decoded: item.decoded.unwrap_or(item.reason != NOT_BASE64_REASON),
        reason: item.reason,
        body: BASE64_STANDARD.decode(item.body).map_err(not_base64)?,
    })
}

impl Cosmos {
    /// Stores dead letters; an existing one stays unchanged. A dead letter that
    /// is too large for Cosmos DB is dropped with a line in the log, because it
    /// would block all later events for ever. No such event is known.
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
                    tracing::error!(event.place = %item.place, error = %error, "event dropped: too large to be dead-lettered");
                    Ok(())
                }
                Err(error) => Err(error),
            }
        };
        stream::iter(letters).map(create).buffer_unordered(MAX_CONCURRENCY).try_collect().await
    }

    /// Finds the oldest dead letters. Reads summaries only, because the bodies of
    /// a year may not fit in memory.
    pub(super) async fn find_dead_letters(
        &self,
        limit: usize,
    ) -> Result<Vec<DeadLetterKey>, StoreError> {
        let query = Query::from("SELECT c.id, c.partition, c.enqueued, c.place FROM c");
        let container = self.account.dead_letters().await?;
        let mut summaries: Vec<DeadLetterSummary> = operation::query_all(container, query).await?;
        summaries.sort_by(|a, b| (a.enqueued, &a.place).cmp(&(b.enqueued, &b.place)));
        summaries.truncate(limit);
        let key = |summary: DeadLetterSummary| DeadLetterKey {
            partition: summary.partition,
            id: summary.id,
        };
        Ok(summaries.into_iter().map(key).collect())
    }

    pub(super) async fn read_dead_letters(
        &self,
        keys: Vec<DeadLetterKey>,
    ) -> Result<Vec<(DeadLetterKey, DeadLetter)>, StoreError> {
        let container = self.account.dead_letters().await?;
        let read = |letter_key: DeadLetterKey| async move {
            let key = Key::from(letter_key.clone());
            let found = operation::read(container, &key).await?;
            let letter = found.and_then(|(json, _)| match parse_dead_letter(&key, &json) {
                Ok(letter) => Some((letter_key, letter)),
                Err(error) => {
                    // It must not hide the others.
                    tracing::error!(error = %error, "a dead letter cannot be read");
                    None
                }
            });
            Ok::<_, StoreError>(letter)
        };
        let letters: Vec<Option<_>> =
            stream::iter(keys).map(read).buffered(MAX_CONCURRENCY).try_collect().await?;
        // A dead letter that has disappeared since the query has expired or was replayed.
        Ok(letters.into_iter().flatten().collect())
    }

    pub(super) async fn change_dead_letters(
        &self,
        changes: DeadLetterChanges,
    ) -> Result<(), StoreError> {
        let container = self.account.dead_letters().await?;
        let remove =
            |key: DeadLetterKey| async move { operation::delete(container, &Key::from(key)).await };
        let removed = stream::iter(changes.removed).map(remove).buffer_unordered(MAX_CONCURRENCY);
        removed.try_collect::<()>().await?;
        let explain = |(key, reason): (DeadLetterKey, String)| async move {
            self.set_reason(&Key::from(key), reason).await
        };
        let explained =
            stream::iter(changes.new_reasons).map(explain).buffer_unordered(MAX_CONCURRENCY);
        explained.try_collect::<()>().await
    }

    /// Replaces a dead letter's reason, which also restarts its time to live. If
    /// it was removed or changed in the meantime, the other writer's result stays.
    async fn set_reason(&self, key: &Key, reason: String) -> Result<(), StoreError> {
        let container = self.account.dead_letters().await?;
        let Some((json, etag)) = operation::read(container, key).await? else { return Ok(()) };
        let item = DeadLetterItem { reason, ..parse_item(key, &json)? };
        operation::replace(container, key, item, etag).await?;
        Ok(())
    }
}
