//! `cloudsmets dead-letters`, and how dead letters are stored in SQLite.

mod limits;
mod migration;
mod permissions;
mod replay;

use std::path::Path;
use std::time::Duration;

use crate::host::Program;

/// 2026-01-02T03:00:00Z, the start of a half-hour.
const HALF_HOUR: i64 = 1_767_322_800;

/// The output of the command on a data directory.
fn run(arguments: &[&str], data: &Path) -> String {
    let arguments = [&["dead-letters"], arguments].concat();
    let output = Program::run(&arguments, &[("CLOUDSMETS_DATA_DIR", data.to_str().unwrap())]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn database(data: &Path) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(data.join("cloudsmets.sqlite")).unwrap();
    database.busy_timeout(Duration::from_secs(20)).unwrap();
    database
}
