//! The same changes give the same documents, byte for byte, in any order, repetition and batching.
//! The store is a map.

mod available_versions;
mod release_versions;
mod strategies;

use std::collections::{BTreeMap, HashMap};

use cloudsmets::domain::document::{Document, DocumentId};
use cloudsmets::domain::identity::HomeId;
use cloudsmets::domain::merge::{Change, Merge};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use strategies::{changes, stated_half_hours};

/// The documents as stored bytes.
type Stored = HashMap<DocumentId, Vec<u8>>;

/// Merges a batch, as every store does.
fn apply(stored: &mut Stored, batch: &[Change], zone: &TimeZone) {
    let mut merge = Merge::new(HomeId::new("home").unwrap(), batch.to_vec(), zone);
    loop {
        let missing = merge.missing_documents();
        if missing.is_empty() {
            break;
        }
        for id in missing {
            let body = stored.get(&id);
            let document = body.map(|body| Document::from_json(id.kind(), body).unwrap());
            merge.supply(id, document);
        }
    }
    for (id, document) in merge.finish().0 {
        stored.insert(id, document.to_json().unwrap());
    }
}

/// The documents after these batches, in an order that is easy to compare.
fn documents(batches: &[Vec<Change>]) -> BTreeMap<String, String> {
    let zone = TimeZone::get("Europe/London").unwrap();
    let mut stored = Stored::new();
    // The program has nothing to store for an empty batch.
    for batch in batches.iter().filter(|batch| !batch.is_empty()) {
        apply(&mut stored, batch, &zone);
    }
    let text = |body: Vec<u8>| String::from_utf8(body).unwrap();
    stored.into_iter().map(|(id, body)| (id.to_string(), text(body))).collect()
}

/// Splits a stream into batches at the given points.
fn split_into_batches(stream: &[Change], split_points: &[prop::sample::Index]) -> Vec<Vec<Change>> {
    let mut positions: Vec<_> =
        split_points.iter().map(|split_point| split_point.index(stream.len() + 1)).collect();
    positions.extend([0, stream.len()]);
    positions.sort_unstable();
    positions.windows(2).map(|pair| stream[pair[0]..pair[1]].to_vec()).collect()
}

/// A stream, and the same stream with repeats and in another order.
fn with_shuffled_repeats(
    of: impl Strategy<Value = Vec<Change>>,
) -> impl Strategy<Value = (Vec<Change>, Vec<Change>)> {
    of.prop_flat_map(|stream| {
        let repeats = prop::collection::vec(any::<prop::sample::Index>(), 0..=stream.len() / 2);
        (Just(stream), repeats)
    })
    .prop_flat_map(|(stream, repeats)| {
        let mut other = stream.clone();
        if !stream.is_empty() {
            other.extend(repeats.iter().map(|index| stream[index.index(stream.len())].clone()));
        }
        (Just(stream), Just(other).prop_shuffle())
    })
}

fn split_points() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn any_order_repetition_and_batching_gives_the_same_bytes(
        (stream, other) in with_shuffled_repeats(changes()),
        (split_points, other_split_points) in (split_points(), split_points()),
    ) {
        let whole = documents(std::slice::from_ref(&stream));
        prop_assert_eq!(&documents(&split_into_batches(&stream, &split_points)), &whole);
        prop_assert_eq!(&documents(&split_into_batches(&other, &other_split_points)), &whole);
        let single: Vec<_> = other.into_iter().map(|change| vec![change]).collect();
        prop_assert_eq!(&documents(&single), &whole);
    }

    #[test]
    fn applying_a_batch_twice_changes_nothing((stream, _) in with_shuffled_repeats(changes())) {
        let once = documents(std::slice::from_ref(&stream));
        prop_assert_eq!(documents(&[stream.clone(), stream]), once);
    }

    #[test]
    fn importing_before_or_after_telemetry_gives_the_same_documents(
        observed in changes(),
        imported in stated_half_hours(),
        (split_points, other_split_points) in (split_points(), split_points()),
    ) {
        let (observed, imported) = (split_into_batches(&observed, &split_points), split_into_batches(&imported, &other_split_points));
        let first = documents(&[observed.clone(), imported.clone()].concat());
        let last = documents(&[imported, observed].concat());
        prop_assert_eq!(first, last);
    }

    #[test]
    fn imports_in_any_order_give_the_same_documents((stream, other) in with_shuffled_repeats(stated_half_hours())) {
        let batches: Vec<_> = other.chunks(7).map(<[Change]>::to_vec).collect();
        prop_assert_eq!(documents(&batches), documents(&[stream]));
    }
}

/// The smallest case that the properties found: the evening of a UTC day is in the next local month,
/// which has no data. Whether that month has a document must not depend on batching.
#[test]
fn a_day_without_readings_creates_no_month_document() {
    use cloudsmets::domain::register::{Direction, Fuel};
    use cloudsmets::domain::units::Moment;
    // 2026-03-31T12:00:00Z and 2026-10-24T12:00:00Z.
    let both = [1_774_958_400, 1_792_843_200].map(|start| Change::StatedHalfHour {
        fuel: Fuel::Gas,
        direction: Direction::Import,
        start: Moment::from_unix(start),
        watt_hours: 100,
    });
    let together = documents(&[both.to_vec()]);
    let separately = documents(&both.map(|change| vec![change]));
    assert_eq!(separately, together);
}
