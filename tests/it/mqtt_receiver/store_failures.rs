//! If the store fails, the reply makes the host retry the batch.

use super::HALF_HOUR;
use crate::dialect::Dialect;
use crate::host::{Batch, Event, Framing, FunctionsHost, dead_letters, interpret_reply};

fn database(host: &FunctionsHost) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(host.data_dir().join("cloudsmets.sqlite")).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
    database
}

/// Renames a table, which makes the store fail as a broken disk would.
fn rename_table(host: &FunctionsHost, from: &str, to: &str) {
    database(host).execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}")).unwrap();
}

#[test]
fn a_batch_that_could_not_be_stored_is_accepted_on_retry() {
    let host = FunctionsHost::start();
    let batch = Batch::new(vec![
        Dialect::V2.event("dev-1", HALF_HOUR, 5_000),
        Event::new("dev-1", HALF_HOUR, "rubbish"),
    ]);
    let mut connection = host.connect();
    for table in ["documents", "dead_letters"] {
        rename_table(&host, table, "away");
        for retry in 0..2 {
            let reply =
                connection.round_trip(&Framing::ContentLength.request(&batch, retry)).unwrap();
            assert_eq!(interpret_reply(&reply), Err(503), "{table}");
            // The cause is logged, not returned.
            let said = reply.text().to_lowercase();
            assert!(!said.contains("table") && !said.contains("sql"), "{said}");
        }
        rename_table(&host, "away", table);
        let live = host.get("/dashboard/api/v1/homes/dev-1/live");
        assert_eq!(live.status, 404, "half of a batch was stored without {table}");
    }
    let reply = connection.round_trip(&Framing::ContentLength.request(&batch, 2)).unwrap();
    assert!(interpret_reply(&reply).is_ok(), "{}", reply.text());
    assert_eq!(host.data("homes/dev-1/live")["electricity"]["import_wh"], 5_000);
    assert_eq!(dead_letters(host.stop().path()).len(), 1);
}

#[test]
fn the_dashboard_answers_503_without_internals_when_the_store_fails() {
    let host = FunctionsHost::start();
    host.deliver(&Batch::new(vec![Dialect::V2.event("dev-1", HALF_HOUR, 5_000)]));
    rename_table(&host, "documents", "away");
    for path in ["/dashboard", "/dashboard/homes/dev-1", "/dashboard/api/v1/homes"] {
        let reply = host.get(path);
        assert_eq!(reply.status, 503, "{path}");
        let said = reply.text();
        assert!(!said.contains("documents") && !said.contains("sqlite"), "{path}: {said}");
    }
    assert_eq!(host.get("/").status, 200);
    rename_table(&host, "away", "documents");
    assert_eq!(host.get("/dashboard").status, 200);
}

/// A home with damaged documents does not block other homes, and its content is not logged.
#[test]
fn an_unreadable_document_is_named_but_not_quoted() {
    let host = FunctionsHost::start();
    let reading = |device, n: u8| {
        let at = HALF_HOUR + 60 * i64::from(n);
        Dialect::V2.event(device, at, 5_000 + u64::from(n))
    };
    host.deliver(&Batch::in_partition(0, 1, vec![reading("dev-1", 0), reading("dev-2", 0)]));
    let damaged = "UPDATE documents SET body = CAST('{\"schema\":\"hush-hush\"}' AS BLOB) \
                   WHERE partition = 'home:dev-1'";
    assert!(database(&host).execute(damaged, []).unwrap() > 0);
    let summary =
        host.deliver(&Batch::in_partition(0, 3, vec![reading("dev-1", 1), reading("dev-2", 1)]));
    assert_eq!(summary["ReturnValue"]["rejected"], 1, "{summary}");
    assert!(summary.to_string().contains("home:dev-1"), "{summary}");
    assert_eq!(host.get("/dashboard/homes/dev-1").status, 500);
    let said = summary.to_string() + &host.program.stdout();
    assert!(said.contains("event dead-lettered") && !said.contains("hush"), "{said}");
    assert_eq!(host.data("homes/dev-2/live")["electricity"]["import_wh"], 5_001);
    assert_eq!(dead_letters(host.stop().path()).len(), 1);
}
