//! Code that several fuzz targets share.

use std::ops::ControlFlow;

use cloudsmets::domain::merge::Change;
use cloudsmets::domain::observation::{LARGEST_REGISTER_VALUE, Observation};
use cloudsmets::domain::register::Fuel;
use cloudsmets::domain::text::printable;
use cloudsmets::domain::units::Moment;
use cloudsmets::import::{FileClock, Format, ImportOptions, Line, LineContent, read_file};
use jiff::tz::TimeZone;

/// 2026-01-02T03:04:05Z.
const NOW: Moment = Moment::from_unix(1_767_323_045);

/// Longer than the longest reason of a refused line, in bytes.
const MAX_REASON_LENGTH: usize = 1_000;

thread_local! {
    static LONDON: TimeZone = TimeZone::get("Europe/London").expect("a built-in time zone");
}

/// Reads the file with one combination of options, and checks its lines. The length of the file
/// determines the options: reading it with all of them would be slower than finding a file for each.
pub fn import(format: Format, file: &[u8]) {
    let fuel = Fuel::ALL[file.len() % 2];
    let clock = if file.len() / 2 % 2 == 0 { FileClock::Utc } else { FileClock::Local };
    LONDON.with(|zone| {
        let options = ImportOptions { fuel, clock, zone, now: NOW };
        let mut last_number = 0;
        let read = read_file(format, file, &options, |line| {
            assert!(line.number > last_number, "line numbers increase");
            last_number = line.number;
            check(&line);
            ControlFlow::Continue(())
        });
        if let Err(error) = read {
            let error = error.to_string();
            assert_eq!(printable(&error), error, "a terminal can show every error");
        }
    });
}

fn check(line: &Line) {
    let change = match &line.content {
        LineContent::Change(change) => change,
        LineContent::Skipped => return,
        LineContent::Refused(reason) => {
            assert_eq!(printable(reason), reason.as_str(), "a terminal can show every reason");
            assert!(reason.len() <= MAX_REASON_LENGTH, "reasons are short");
            return;
        }
    };
    let (at, value) = match change {
        Change::Imported(Observation::Register { at, value, .. }) => (at, value),
        Change::StatedHalfHour { start, watt_hours, .. } => (start, watt_hours),
        other => panic!("no file contains {other:?}"),
    };
    assert!((Moment::from_unix(0)..=NOW).contains(at), "{at} is not between 1970 and now");
    assert!(*value <= LARGEST_REGISTER_VALUE, "{value} is too large for a register");
}
