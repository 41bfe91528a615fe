//! What several fuzz targets need.

use cloudsmets::domain::merge::Change;
use cloudsmets::domain::observation::{LARGEST_REGISTER, Observation};
use cloudsmets::domain::register::Fuel;
use cloudsmets::domain::units::Moment;
use cloudsmets::import::{Clock, Format, Reading, read};
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
    let clock = if file.len() / 2 % 2 == 0 { Clock::Utc } else { Clock::Local };
    LONDON.with(|zone| check(format, file, &Reading { fuel, clock, zone, now: NOW }));
}

fn check(format: Format, file: &[u8], how: &Reading<'_>) {
    let Ok(history) = read(format, file, how) else { return };
    let taken = history.changes.len() + history.refused.len();
    assert_eq!(
        Some(history.lines),
        history.skipped.checked_add(u64::try_from(taken).expect("a count")),
        "every line is taken, skipped or refused"
    );
    for change in &history.changes {
        let (at, value) = match change {
            Change::Read(Observation::Register { at, value, .. }) => (at, value),
            Change::Stated { start, watt_hours, .. } => (start, watt_hours),
            other => panic!("no file says {other:?}"),
        };
        assert!((Moment::from_unix(0)..=NOW).contains(at), "{at} is not of 1970 to now");
        assert!(*value <= LARGEST_REGISTER, "no register can show {value}");
    }
}
