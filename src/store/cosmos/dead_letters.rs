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
use super::operation::{self, Made};
use super::{AT_ONCE, Cosmos, DeadLetter, StoreError};
use crate::domain::calendar;
use crate::domain::document::Unreadable;
use crate::domain::identity::DeviceId;
use crate::domain::units::Moment;

/// An event as an item.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
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
const MOST_KEPT: usize = 1 << 20;

/// The most that is kept of a device's name, in characters: twice what a hub allows.
const LONGEST_NAME: usize = 256;

/// Stands for the device where the transport named none. No device has this
/// name, because a `/` may not be in it.
const NOBODY: &str = "/";

impl Kept {
    fn new(letter: DeadLetter) -> Self {
        let body = &letter.body[..letter.body.len().min(MOST_KEPT)];
        let device = letter.device.clone().filter(|device| DeviceId::new(device).is_ok());
        let day = letter.enqueued.map(|at| calendar::utc_date(at).to_string());
        Self {
            id: percent_encoding::utf8_percent_encode(&letter.id, ESCAPED).to_string(),
            partition: format!(
                "{}|{}",
                device.as_deref().unwrap_or(NOBODY),
                day.as_deref().unwrap_or_default()
            ),
            body: BASE64_STANDARD.encode(body),
            place: letter.id,
            device: letter.device.map(|device| device.chars().take(LONGEST_NAME).collect()),
            enqueued: letter.enqueued,
            reason: letter.reason,
        }
    }
}

/// Which events there are, without what is large.
#[derive(Debug, Deserialize)]
struct Place {
    id: String,
    partition: String,
    enqueued: Option<Moment>,
    place: String,
}

/// What Cosmos DB refuses in an id, and the sign that stands for it.
const ESCAPED: &percent_encoding::AsciiSet =
    &percent_encoding::CONTROLS.add(b'/').add(b'\\').add(b'?').add(b'#').add(b'%');

/// Reads an item back.
fn letter(key: &Key, json: &[u8]) -> Result<DeadLetter, StoreError> {
    let damaged = |source| StoreError::Unreadable {
        partition: key.partition.clone(),
        id: key.id.clone(),
        source: Unreadable::Malformed(source),
    };
    let kept: Kept = serde_json::from_slice(json).map_err(damaged)?;
    let not_base64 = |error| damaged(serde_json::Error::custom(error));
    Ok(DeadLetter {
        id: kept.place,
        device: kept.device,
        enqueued: kept.enqueued,
        reason: kept.reason,
        body: BASE64_STANDARD.decode(kept.body).map_err(not_base64)?,
    })
}

impl Cosmos {
    /// Keeps events; what is kept already stays as it is. One that is too large
    /// for Cosmos DB is given up with a line in the log: it would hold up all
    /// that come after it, for ever. None is known that is.
    pub(super) async fn keep_aside(&self, letters: Vec<DeadLetter>) -> Result<(), StoreError> {
        let keep = |letter| async move {
            let kept = Kept::new(letter);
            let key = Key { partition: kept.partition.clone(), id: kept.id.clone() };
            match operation::create(self.account.dead_letters().await?, &key, &kept).await {
                Ok(Made::Now | Made::Before) => Ok(()),
                Err(error) if error.is_too_large() => {
                    tracing::error!(event.place = %kept.place, error = %error, "event lost");
                    Ok(())
                }
                Err(error) => Err(error),
            }
        };
        stream::iter(letters).map(keep).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// The oldest that are kept. First only which there are: a year's content
    /// may be more than fits.
    pub(super) async fn kept_aside(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let query = Query::from("SELECT c.id, c.partition, c.enqueued, c.place FROM c");
        let container = self.account.dead_letters().await?;
        let mut places: Vec<Place> = operation::query_all(container, query).await?;
        places.sort_by(|a, b| (a.enqueued, &a.place).cmp(&(b.enqueued, &b.place)));
        places.truncate(limit);
        let read = |Place { partition, id, .. }| async move {
            let key = Key { partition, id };
            let found = operation::read(container, &key).await?;
            found.map(|(json, _)| letter(&key, &json)).transpose()
        };
        let letters: Vec<Option<_>> =
            stream::iter(places).map(read).buffered(AT_ONCE).try_collect().await?;
        // One that is gone since then has lived its year.
        Ok(letters.into_iter().flatten().collect())
    }
}
