//! Events that could not be read: one partition a device, so that a device
//! that sends rubbish fills nobody else's.

use azure_data_cosmos::Query;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use super::item::Key;
use super::operation;
use super::{AT_ONCE, Cosmos, DeadLetter, StoreError};
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

/// The most that is kept of an event. Hubs take at most 1 MB, an item at most
/// 2 MB, and base64 makes four bytes of three.
const LARGEST_EVENT: usize = 1 << 20;

/// The partition of events of which the transport named no device. No device
/// has this name, because a `/` may not be in it.
const NOBODY: &str = "/";

impl Kept {
    fn new(letter: DeadLetter) -> Self {
        let body = &letter.body[..letter.body.len().min(LARGEST_EVENT)];
        // A name longer than any device's is no device's.
        let partition = letter.device.clone().filter(|device| device.len() <= 256);
        Self {
            id: percent_encoding::utf8_percent_encode(&letter.id, REFUSED).to_string(),
            partition: partition.unwrap_or_else(|| NOBODY.to_owned()),
            body: BASE64_STANDARD.encode(body),
            place: letter.id,
            device: letter.device,
            enqueued: letter.enqueued,
            reason: letter.reason,
        }
    }
}

/// What Cosmos DB refuses in an id, and the sign that stands for it.
const REFUSED: &percent_encoding::AsciiSet =
    &percent_encoding::CONTROLS.add(b'/').add(b'\\').add(b'?').add(b'#').add(b'%');

impl From<Kept> for DeadLetter {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.place,
            device: kept.device,
            enqueued: kept.enqueued,
            reason: kept.reason,
            body: BASE64_STANDARD.decode(kept.body).unwrap_or_default(),
        }
    }
}

impl Cosmos {
    /// Keeps events; what is kept already stays as it is.
    pub(super) async fn keep_aside(&self, letters: Vec<DeadLetter>) -> Result<(), StoreError> {
        let keep = |letter| async move {
            let kept = Kept::new(letter);
            let key = Key { partition: kept.partition.clone(), id: kept.id.clone() };
            operation::create(self.account.dead_letters().await?, &key, &kept).await.map(|_| ())
        };
        stream::iter(letters).map(keep).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// The oldest that are kept.
    pub(super) async fn kept_aside(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let query = Query::from("SELECT * FROM c");
        let container = self.account.dead_letters().await?;
        let mut kept: Vec<Kept> = operation::query_all(container, query).await?;
        kept.sort_by(|a, b| (a.enqueued, &a.place).cmp(&(b.enqueued, &b.place)));
        Ok(kept.into_iter().take(limit).map(DeadLetter::from).collect())
    }
}
