//! Databases of older and newer versions.

use std::fs;

use tempfile::TempDir;

use super::{HALF_HOUR, database, run};
use crate::dialect::Dialect;
use crate::host::{Batch, Event, FunctionsHost, Program, dead_letters};

/// A database of version 1, written by the program before version 2. It has a
/// home `dev-1` with one reading, and dead letters: rubbish, a body that is not
/// base64, a reading as plain text, and a reading without a device id.
const VERSION_1: &[u8] = include_bytes!("../../fixtures/database-1.sqlite");

fn version_1() -> TempDir {
    let data = TempDir::new().unwrap();
    fs::write(data.path().join("cloudsmets.sqlite"), VERSION_1).unwrap();
    data
}

#[test]
fn a_database_of_version_1_is_migrated_and_stays_readable() {
    let host = FunctionsHost::start_on(version_1());
    assert_eq!(host.data("homes/dev-1/live")["electricity"]["import_wh"], 5_000);
    host.deliver(&Batch::in_partition(
        0,
        50,
        vec![
            Dialect::V2.event("dev-1", HALF_HOUR + 600, 5_600),
            Event::new("dev-1", HALF_HOUR, "more rubbish"),
        ],
    ));
    assert_eq!(host.data("homes/dev-1/live")["electricity"]["import_wh"], 5_600);
    let data = host.stop();
    let letters = dead_letters(data.path());
    let found: Vec<_> = letters
        .iter()
        .map(|letter| {
            (letter.id.split('/').nth(1).unwrap(), letter.device.is_some(), letter.is_decoded)
        })
        .collect();
    let expected = [
        ("42", true, true),
        ("43", true, false),
        ("44", true, false),
        ("45", false, true),
        ("51", true, true),
    ];
    assert_eq!(found, expected);
    assert_eq!(letters[1].body, b"not base64!");
}

/// The text in place of base64 is a valid reading, but not one that a device sent.
#[test]
fn text_of_an_old_dead_letter_does_not_become_telemetry() {
    let data = version_1();
    // The reasons may be worded differently by a newer program.
    let stored = || -> Vec<_> {
        let letters = dead_letters(data.path()).into_iter();
        letters.map(|letter| (letter.id, letter.device, letter.body, letter.is_decoded)).collect()
    };
    let before = stored();
    let output = run(&["replay"], data.path());
    assert!(output.contains("0 accepted and removed, 4 kept"), "{output}");
    assert_eq!(stored(), before);
}

#[test]
fn a_migrated_database_equals_a_new_one() {
    let schema = |data: TempDir| {
        run(&[], data.path());
        let database = database(data.path());
        let mut statement =
            database.prepare("SELECT sql FROM sqlite_schema ORDER BY name").unwrap();
        let rows = statement.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
        let text = rows.map(|sql| sql.unwrap().unwrap_or_default()).collect::<Vec<_>>().join("\n");
        // The time of the migration is a default value.
        let (before, after) = text.split_once("stored INTEGER NOT NULL DEFAULT ").unwrap();
        format!("{before}{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
    };
    assert_eq!(schema(version_1()), schema(TempDir::new().unwrap()));
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_not_changed() {
    let data = version_1();
    database(data.path()).execute_batch("PRAGMA user_version = 3").unwrap();
    let before = fs::read(data.path().join("cloudsmets.sqlite")).unwrap();
    let settings = [("CLOUDSMETS_DATA_DIR", data.path().to_str().unwrap())];
    let output = Program::run(&["dead-letters"], &settings);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(stderr.contains("schema 3") && stderr.contains("up to 2"), "{stderr}");
    let database = database(data.path());
    let version: u32 = database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 3);
    assert_eq!(fs::read(data.path().join("cloudsmets.sqlite")).unwrap().len(), before.len());
}
