//! What several fuzz targets need.

use cloudsmets::domain::merge::Change;
use cloudsmets::domain::observation::{LARGEST_REGISTER_VALUE, Observation};
use cloudsmets::domain::register::Fuel;
use cloudsmets::domain::units::Moment;
use cloudsmets::import::{FileClock, Format, ImportOptions, read_file};
use jiff::tz::TimeZone;

/// 2026-01-02T03:04:05Z.
const NOW: Moment = Moment::from_unix(1_767_323_045);

thread_local! {
    static LONDON: TimeZone = TimeZone::get("Europe/London").expect("a zone that is built in");
}

/// Reads the file in one of the ways that it can be asked for, and checks what it makes of it. Which
/// way, its length tells: reading it in all of them would be slower than finding a file for each.
pub fn import(format: Format, file: &[u8]) {
    let fuel = Fuel::ALL[file.len() % 2];
    let clock = if file.len() / 2 % 2 == 0 { FileClock::Utc } else { FileClock::Local };
    LONDON.with(|zone| check(format, file, &ImportOptions { fuel, clock, zone, now: NOW }));
}

fn check(format: Format, file: &[u8], options: &ImportOptions<'_>) {
    let Ok(parsed) = read_file(format, file, options) else { return };
    let recorded = parsed.changes.len() + parsed.refused_lines.len();
    assert_eq!(
        Some(parsed.line_count),
        parsed.skipped_count.checked_add(u64::try_from(recorded).expect("a count")),
        "every line is taken, skipped or refused"
    );
    for change in &parsed.changes {
        let (at, value) = match change {
            Change::Imported(Observation::Register { at, value, .. }) => (at, value),
            Change::StatedHalfHour { start, watt_hours, .. } => (start, watt_hours),
            other => panic!("no file says {other:?}"),
        };
        assert!((Moment::from_unix(0)..=NOW).contains(at), "{at} is not of 1970 to now");
        assert!(*value <= LARGEST_REGISTER_VALUE, "no register can show {value}");
    }
}
