//! Reads the data directory of a stopped program.

use std::collections::BTreeMap;
use std::path::Path;

use cloudsmets::store::{DeadLetter, Store};
use jiff::tz::TimeZone;

/// The stored bytes of documents by partition and id.
pub(crate) type Documents = BTreeMap<(String, String), Vec<u8>>;

pub(crate) fn documents(data: &Path) -> Documents {
    let database = rusqlite::Connection::open(data.join("cloudsmets.sqlite")).unwrap();
    let mut rows = database.prepare("SELECT partition, id, body FROM documents").unwrap();
    let rows = rows.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// All dead letters, oldest first.
pub(crate) fn dead_letters(data: &Path) -> Vec<DeadLetter> {
    let store = Store::open_embedded(data, &TimeZone::UTC).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(store.dead_letters(usize::MAX)).unwrap()
}
