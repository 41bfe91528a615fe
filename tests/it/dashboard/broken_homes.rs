//! Tests of homes whose stored documents cannot be read.

use std::path::Path;

use serde_json::Value;

use super::pages::{assert_is_page, page, select};
use crate::dialect::Dialect;
use crate::host::{Batch, FunctionsHost, Reply};

/// Replaces a stored document.
fn overwrite(data: &Path, partition: &str, id: &str, body: &str) {
    let database = rusqlite::Connection::open(data.join("cloudsmets.sqlite")).unwrap();
    let update = "UPDATE documents SET body = ?1 WHERE partition = ?2 AND id LIKE ?3";
    let changed = database.execute(update, (body.as_bytes(), partition, id)).unwrap();
    assert_eq!(changed, 1, "{partition} {id}");
}

/// Four homes: a good one, one with a malformed home document, one with the home document of a newer
/// program, and one with a malformed day. The second has an id that is stored percent-encoded.
fn host_with_broken_homes() -> FunctionsHost {
    let noon = 1_767_355_200;
    let host = FunctionsHost::start();
    let homes = ["good", "malformed#1", "newer", "bad-day"];
    let events = homes
        .iter()
        .flat_map(|home| [0, 1].map(|n| Dialect::V2.event(home, noon + n * 1_800, 5_000)));
    host.deliver(&Batch::new(events.collect()));
    let data = host.stop();
    let secret = r#"{"schema":1,"home":{"secret":"sesame"}}"#;
    overwrite(data.path(), "homes", "malformed\u{25}231", secret);
    overwrite(data.path(), "homes", "newer", r#"{"schema":77,"secret":"sesame"}"#);
    overwrite(data.path(), "home:bad-day", "day:%", secret);
    FunctionsHost::start_on(data)
}

fn entry<'a>(homes: &'a Value, id: &str) -> &'a Value {
    let mut homes = homes.as_array().unwrap().iter();
    homes.find(|home| home["id"] == id).unwrap_or_else(|| panic!("there is no {id}"))
}

fn assert_reason(reply: &Reply, reason: &str) {
    assert_eq!(reply.status, 500, "{}", reply.text());
    assert!(reply.text().contains(reason), "{}", reply.text());
    assert!(!reply.text().contains("sesame"), "{}", reply.text());
}

#[test]
fn broken_homes_are_marked_and_do_not_hide_the_others() {
    let host = host_with_broken_homes();
    let homes = host.data("homes");
    assert_eq!(homes.as_array().unwrap().len(), 4, "{homes}");
    assert_eq!(entry(&homes, "good").get("broken"), None);
    assert_eq!(entry(&homes, "good")["last_reading"], "2026-01-02T12:30:00Z");
    for (id, reason) in
        [("malformed#1", "not a document"), ("newer", "schema 77"), ("bad-day", "day:electricity")]
    {
        let broken = entry(&homes, id)["broken"].as_str().unwrap();
        assert!(broken.contains(reason), "{id}: {broken}");
    }
    assert_eq!(entry(&homes, "bad-day")["fuels"], serde_json::json!(["electricity"]));
    assert!(!homes.to_string().contains("sesame"), "{homes}");

    let list = page(&host, "/dashboard");
    assert_eq!(select(&list, ".home-card").len(), 4);
    assert_eq!(select(&list, ".home-card .broken").len(), 3);
    assert!(!list.html().contains("sesame"));
}

#[test]
fn the_page_of_a_broken_home_states_the_reason_and_other_pages_work() {
    let host = host_with_broken_homes();
    for (id, reason) in [
        ("malformed%231", "not a document"),
        ("newer", "schema 77"),
        ("bad-day", "day:electricity"),
    ] {
        let path = format!("/dashboard/homes/{id}");
        let reply = host.get(&path);
        assert_reason(&reply, reason);
        assert_is_page(&path, &reply);
        let reply = host.get(&format!("/dashboard/api/v1/homes/{id}/live"));
        assert_reason(&reply, reason);
        assert!(reply.json()["error"].is_string());
    }
    page(&host, "/dashboard/homes/good");
}
