//! A write that waits for the disk does not delay other requests.

use std::thread;
use std::time::{Duration, Instant};

use super::HALF_HOUR;
use crate::dialect::Dialect;
use crate::host::{Batch, Framing, FunctionsHost};

/// How long to wait until the program has begun its transaction.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(60);

/// Makes a write of documents take longer than any test, as a disk that does
/// not finish its flush would: the cross join has 10^18 rows or more.
fn make_writes_endless(database: &rusqlite::Connection) {
    let tables = (0..24).map(|n| format!("sqlite_schema t{n}")).collect::<Vec<_>>().join(", ");
    let trigger = format!(
        "CREATE TRIGGER endless AFTER INSERT ON documents
         BEGIN SELECT count(*) FROM {tables}; END"
    );
    database.execute_batch(&trigger).unwrap();
}

fn wait_until_writing(database: &rusqlite::Connection) {
    let started = Instant::now();
    // Another connection gets the write lock until the program's transaction has it.
    while database.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok() {
        assert!(started.elapsed() < BEGIN_TIMEOUT, "the batch is not written");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn pages_are_served_while_a_write_is_pending() {
    let host = FunctionsHost::start();
    host.deliver(&Batch::in_partition(0, 1, vec![Dialect::V2.event("dev-1", HALF_HOUR, 5_000)]));
    let database = rusqlite::Connection::open(host.data_dir().join("cloudsmets.sqlite")).unwrap();
    database.busy_timeout(Duration::ZERO).unwrap();
    make_writes_endless(&database);

    let batch = Batch::in_partition(0, 2, vec![Dialect::V2.event("dev-2", HALF_HOUR, 6_000)]);
    let mut pending = host.connect();
    pending.write(&Framing::ContentLength.request(&batch, 0)).unwrap();
    wait_until_writing(&database);
    // The write never ends, so every reply below comes while it is pending.
    for _ in 0..3 {
        assert_eq!(host.get("/").status, 200);
        assert_eq!(host.data("homes/dev-1/live")["electricity"]["import_wh"], 5_000);
        assert_eq!(host.get("/dashboard/homes/dev-1").status, 200);
    }
    assert!(database.execute_batch("BEGIN IMMEDIATE").is_err(), "the write has ended");
}
