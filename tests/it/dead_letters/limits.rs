//! Dead letters expire after a year, and their size is limited for each device.

use super::{HALF_HOUR, database, run};
use crate::host::{Batch, Event, FunctionsHost, dead_letters};

const MEGABYTE: usize = 1024 * 1024;

/// The limit for a device, in megabytes.
const LIMIT: usize = 64;

fn rubbish(device: &str, n: usize) -> Batch {
    let body = vec![b'a' + (n % 26) as u8; MEGABYTE];
    Batch::in_partition(0, n as u64, vec![Event::new(device, HALF_HOUR, body)])
}

#[test]
fn a_device_keeps_its_newest_dead_letters_within_its_limit() {
    let host = FunctionsHost::start();
    host.deliver(&rubbish("dev-2", 0));
    // Most of them are written directly, which is much faster.
    let seed = format!(
        "INSERT INTO dead_letters (id, device, reason, body, decoded, stored)
         WITH RECURSIVE count(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM count WHERE n < {})
         SELECT '0/' || n || '/seeded', 'dev-1', 'seeded', zeroblob({MEGABYTE}), 1, unixepoch()
         FROM count",
        LIMIT - 1
    );
    database(host.data_dir()).execute_batch(&seed).unwrap();
    for n in LIMIT..=LIMIT + 6 {
        host.deliver(&rubbish("dev-1", n));
    }
    // A redelivered event that is still stored drops nothing.
    host.deliver(&rubbish("dev-1", LIMIT + 6));
    let log = host.program.stdout();
    assert!(log.contains("dead letters dropped") && log.contains("dev-1"), "{log}");
    let data = host.stop();
    let list = run(&["list", "--limit", "0"], data.path());
    assert_eq!(list, "dev-1: 7 older dead letters were dropped to save space\n");
    let letters = dead_letters(data.path());
    let of = |device: &str| {
        let letters = letters.iter().filter(|letter| letter.device.as_deref() == Some(device));
        letters.map(|letter| letter.id.split('/').nth(1).unwrap().parse().unwrap()).collect()
    };
    let kept: Vec<usize> = of("dev-1");
    // The flat overhead of 256 bytes for each makes 64 of them exceed the limit.
    assert_eq!(kept, (8..=LIMIT + 6).collect::<Vec<_>>());
    let others: Vec<usize> = of("dev-2");
    assert_eq!(others, [0]);
}

#[test]
fn dead_letters_expire_a_year_after_they_were_stored() {
    let event = |n: u64| {
        Batch::in_partition(0, n, vec![Event::new("dev-1", HALF_HOUR, format!("rubbish {n}"))])
    };
    let host = FunctionsHost::start();
    (1..=3).for_each(|n| drop(host.deliver(&event(n))));
    let age = |id: u64, days: u64| {
        let statement = format!(
            "UPDATE dead_letters SET stored = stored - {days} * 86400 WHERE id LIKE '0/{id}/%'"
        );
        assert_eq!(database(host.data_dir()).execute(&statement, []).unwrap(), 1);
    };
    age(1, 366);
    age(2, 364);
    host.deliver(&event(4));
    let data = host.stop();
    let kept: Vec<_> = dead_letters(data.path()).into_iter().map(|letter| letter.body).collect();
    assert_eq!(kept, [b"rubbish 2", b"rubbish 3", b"rubbish 4"]);
    assert!(!run(&[], data.path()).contains("dropped"), "expiry is not counted as dropped");
}
