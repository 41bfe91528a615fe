//! The merge over a map: the documents that a store should contain.

use std::collections::BTreeMap;

use cloudsmets::domain::document::{Document, DocumentId};
use cloudsmets::domain::identity::HomeId;
use cloudsmets::domain::merge::{Change, Merge};
use jiff::tz::TimeZone;

use super::london;

pub(super) type Documents = BTreeMap<DocumentId, Document>;

/// The documents after these batches of a home.
pub(super) fn documents(home: &HomeId, batches: &[Vec<Change>]) -> Documents {
    let mut all = Documents::new();
    apply(&mut all, home, batches, &london());
    all
}

/// Merges batches into documents in a time zone.
pub(super) fn apply(all: &mut Documents, home: &HomeId, batches: &[Vec<Change>], zone: &TimeZone) {
    for batch in batches {
        let mut merge = Merge::new(home.clone(), batch.clone(), zone);
        loop {
            let missing = merge.missing_documents();
            if missing.is_empty() {
                break;
            }
            for id in missing {
                let document = all.get(&id).cloned();
                merge.supply(id, document);
            }
        }
        all.extend(merge.finish().0);
    }
}
