//! The contract tests.

use cloudsmets::domain::document::{Document, DocumentId};
use cloudsmets::domain::identity::HomeId;
use cloudsmets::domain::merge::Change;
use cloudsmets::domain::register::Fuel;
use cloudsmets::domain::units::Moment;
use cloudsmets::store::{DeadLetter, DeadLetterChanges, Store};
use jiff::civil::date;

use super::history::{START, history, home, shuffled_with_duplicates};
use super::reference::{self, Documents};

async fn record(store: &Store, home: &HomeId, batches: &[Vec<Change>]) {
    for batch in batches {
        store.record(vec![(home.clone(), batch.clone())], Vec::new()).await.unwrap();
    }
}

/// Asserts that a home has exactly these documents and that each is found by its id.
pub(super) async fn assert_documents(store: &Store, home: &HomeId, expected: &Documents) {
    let ids: Vec<_> = expected.keys().cloned().collect();
    let found = store.read(ids.clone()).await.unwrap();
    for ((id, expected), found) in expected.iter().zip(found) {
        assert_eq!(found.as_ref(), Some(expected), "{id}");
    }
    let (first, last) = (date(2000, 1, 1), date(2099, 12, 1));
    for fuel in Fuel::ALL {
        let is_day = |id: &&DocumentId| matches!(id, DocumentId::Day(_, of, _) if *of == fuel);
        let is_month = |id: &&DocumentId| matches!(id, DocumentId::Month(_, of, _) if *of == fuel);
        let days = store.days(home, fuel, first, last).await.unwrap();
        assert_eq!(days.len(), ids.iter().filter(is_day).count(), "{fuel:?}");
        let months = store.months(home, fuel, first, last).await.unwrap();
        assert_eq!(months.len(), ids.iter().filter(is_month).count(), "{fuel:?}");
    }
}

pub(super) async fn recorded_documents_can_be_read(store: &Store) {
    let id = home("dev-1");
    let (fuel, day) = (Fuel::Electricity, date(2026, 3, 27));
    let wanted = vec![
        DocumentId::Month(id.clone(), fuel, date(2026, 3, 1)),
        DocumentId::Day(id.clone(), fuel, day),
        DocumentId::Home(id.clone()),
    ];
    assert_eq!(store.read(wanted.clone()).await.unwrap(), [None, None, None]);
    assert_eq!(store.home(&id).await.unwrap(), None);
    let batches = history("dev-1", 1, 3_600);
    record(store, &id, &batches[..3]).await;
    let expected = reference::documents(&id, &batches[..3]);
    // The day is not over, so it is in no month yet.
    let found = store.read(wanted.clone()).await.unwrap();
    assert_eq!(found[0], None);
    assert_eq!(found[1..], [1, 2].map(|at: usize| expected.get(&wanted[at]).cloned()));
    assert_eq!(store.home(&id).await.unwrap().unwrap().name, "dev-1");
}

pub(super) async fn recording_the_same_changes_again_changes_nothing(store: &Store) {
    let id = home("dev-1");
    let batch: Vec<_> = history("dev-1", 2, 1_800).concat();
    let first = store.record(vec![(id.clone(), batch.clone())], Vec::new()).await.unwrap();
    let expected = reference::documents(&id, std::slice::from_ref(&batch));
    assert_documents(store, &id, &expected).await;
    assert_eq!((first.added, first.unchanged), (192, 0));
    let again = store.record(vec![(id.clone(), batch)], Vec::new()).await.unwrap();
    assert_eq!((again.added, again.unchanged), (0, 192));
    assert_documents(store, &id, &expected).await;
}

pub(super) async fn a_range_contains_only_one_home_fuel_and_kind(store: &Store) {
    for name in ["dev-1", "dev-2"] {
        record(store, &home(name), &[history(name, 6, 3_600).concat()]).await;
    }
    let id = home("dev-1");
    let dates = |found: Vec<Document>| {
        let dates = found.iter().map(|document| match document {
            Document::Day(day) => day.date,
            Document::Month(month) => month.month,
            Document::Home(_) => panic!("a home in a range"),
        });
        dates.collect::<Vec<_>>()
    };
    let march = |day| date(2026, 3, day);
    let days = store.days(&id, Fuel::Electricity, march(28), march(30)).await.unwrap();
    assert_eq!(dates(days), [march(28), march(29), march(30)], "both ends are included, in order");
    let months = store.months(&id, Fuel::Gas, march(1), date(2026, 4, 1)).await.unwrap();
    assert_eq!(dates(months), [march(1)], "the first of April has no later day");
    let before = store.days(&id, Fuel::Gas, date(2025, 1, 1), date(2025, 12, 31)).await.unwrap();
    assert!(before.is_empty());
}

pub(super) async fn homes_are_listed_by_id(store: &Store) {
    assert!(store.homes().await.unwrap().is_empty());
    // Characters that IoT Hub allows in a device id but a store may not allow in a key.
    let names = ["a%b", "a?b", "a#b", "attic", "Attic", "a.b:c=d", "zoo"];
    for name in names {
        record(store, &home(name), &history(name, 1, 43_200)).await;
    }
    let found: Vec<_> = store.homes().await.unwrap();
    let found: Vec<_> = found.iter().map(|home| home.as_ref().unwrap().home.as_str()).collect();
    let mut sorted = found.clone();
    sorted.sort_by_key(|name| DocumentId::Home(home(name)).to_string());
    assert_eq!(found, sorted);
    sorted.sort_unstable();
    let mut expected = names;
    expected.sort_unstable();
    assert_eq!(sorted, expected);
    for name in names {
        let expected = reference::documents(&home(name), &history(name, 1, 43_200));
        assert_documents(store, &home(name), &expected).await;
    }
}

pub(super) async fn a_dead_letter_is_stored_once(store: &Store) {
    let letter = |n: i64, device: Option<&str>| DeadLetter {
        id: format!("0/{}/50%?#\\{n}", 40 - n),
        device: device.map(str::to_owned),
        enqueued: Some(Moment::from_unix(START + n)),
        reason: "not a reading".to_owned(),
        body: (0..=255).cycle().take(700 + n as usize).collect(),
        is_decoded: n % 2 == 0,
    };
    let letters =
        [letter(0, Some("dev-1")), letter(1, None), letter(2, Some("a?b")), letter(3, None)];
    for letter in &letters {
        store.record(Vec::new(), vec![letter.clone()]).await.unwrap();
    }
    store.record(Vec::new(), letters[1..].to_vec()).await.unwrap();
    assert_eq!(store.dead_letters(100).await.unwrap(), letters);
    assert_eq!(store.dead_letters(2).await.unwrap(), letters[..2], "the oldest first");
    assert!(store.homes().await.unwrap().is_empty(), "a dead letter created a home");
}

pub(super) async fn a_dead_letter_can_be_removed_or_explained(store: &Store) {
    let letter = |n: i64| DeadLetter {
        id: format!("0/{n}/50%?#\\"),
        device: Some("a?b".to_owned()).filter(|_| n != 1),
        enqueued: Some(Moment::from_unix(START + n)),
        reason: "not a reading".to_owned(),
        body: vec![7; 9],
        is_decoded: true,
    };
    let letters = [letter(0), letter(1), letter(2)];
    store.record(Vec::new(), letters.to_vec()).await.unwrap();
    let keys = store.dead_letter_keys(100).await.unwrap();
    assert_eq!(store.dead_letter_keys(1).await.unwrap(), keys[..1]);
    let changes = DeadLetterChanges {
        removed: vec![keys[1].clone()],
        new_reasons: vec![(keys[2].clone(), "still not a reading".to_owned())],
    };
    for _ in 0..2 {
        store.update_dead_letters(changes.clone()).await.unwrap();
        let explained =
            DeadLetter { reason: "still not a reading".to_owned(), ..letters[2].clone() };
        assert_eq!(store.dead_letters(100).await.unwrap(), [letters[0].clone(), explained]);
        let found = store.load_dead_letters(keys.clone()).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|(key, _)| key).collect();
        assert_eq!(found, [keys[0].clone(), keys[2].clone()]);
    }
    // A removed dead letter can be stored again.
    store.record(Vec::new(), vec![letters[1].clone()]).await.unwrap();
    assert_eq!(store.dead_letters(100).await.unwrap().len(), 3);
    assert_eq!(store.dropped_dead_letters().await.unwrap(), []);
}

pub(super) async fn documents_match_the_reference_merge(store: &Store) {
    let id = home("dev-1");
    let batches = history("dev-1", 6, 3_600);
    record(store, &id, &batches).await;
    assert_documents(store, &id, &reference::documents(&id, &batches)).await;
}

pub(super) async fn any_order_gives_the_same_documents(store: &Store) {
    let id = home("dev-1");
    let batches = history("dev-1", 5, 7_200);
    record(store, &id, &shuffled_with_duplicates(&batches, 7)).await;
    assert_documents(store, &id, &reference::documents(&id, &batches)).await;
}

pub(super) async fn many_homes_are_recorded_in_one_call(store: &Store) {
    let names: Vec<_> = (0..40).map(|n| format!("dev-{n:02}")).collect();
    let changes: Vec<_> =
        names.iter().map(|name| (home(name), history(name, 2, 10_800).concat())).collect();
    store.record(changes.clone(), Vec::new()).await.unwrap();
    assert_eq!(store.homes().await.unwrap().len(), 40);
    for (id, changes) in changes {
        assert_documents(store, &id, &reference::documents(&id, &[changes])).await;
    }
}

pub(super) async fn concurrent_writers_of_one_home_lose_nothing(store: &Store) {
    let id = home("dev-1");
    let batches = history("dev-1", 4, 3_600);
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..4 {
        // Each writer writes everything, so that they conflict at every midnight.
        let (store, id, batches) =
            (store.clone(), id.clone(), shuffled_with_duplicates(&batches, writer));
        tasks.spawn(async move { record(&store, &id, &batches).await });
    }
    while let Some(written) = tasks.join_next().await {
        written.unwrap();
    }
    assert_documents(store, &id, &reference::documents(&id, &batches)).await;
}

/// More documents than fit a transaction of any store.
pub(super) async fn a_year_of_history_is_recorded_in_one_call(store: &Store) {
    let id = home("dev-1");
    let all = history("dev-1", 400, 14_400).concat();
    store.record(vec![(id.clone(), all.clone())], Vec::new()).await.unwrap();
    assert_documents(store, &id, &reference::documents(&id, &[all])).await;
}
