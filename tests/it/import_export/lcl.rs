//! Low Carbon London's files, with made-up content.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::{import, usage};
use crate::host::{FunctionsHost, Program, documents};

const SHORT: &str = ",KWH/hh (per half hour) ";
const LONG: &str = "LCLid,stdorToU,DateTime,KWH/hh (per half hour) ";

/// Half-hourly wall times of a day from one hour up to another.
fn times(day: &str, hours: std::ops::Range<u8>) -> impl Iterator<Item = String> {
    hours.flat_map(move |hour| ["00", "30"].map(|minute| format!("{day} {hour:02}:{minute}:00")))
}

/// Line n says n Wh, so that each can be told from the others.
fn numbered(header: &str, times: impl Iterator<Item = String>) -> String {
    let lines = times.zip(1..).map(|(time, wh): (_, u32)| match header {
        SHORT => format!("{time},{}.{:03}\n", wh / 1_000, wh % 1_000),
        _ => format!("MAC000060,Std,{time}.0000000, {}.{:03} \n", wh / 1_000, wh % 1_000),
    });
    format!("{header}\n{}", lines.collect::<String>())
}

fn write(place: &TempDir, name: &str, content: &str) -> PathBuf {
    let path = place.path().join(name);
    fs::write(&path, content).unwrap();
    path
}

fn numbers(range: std::ops::RangeInclusive<u64>) -> Vec<Option<u64>> {
    range.map(Some).collect()
}

#[test]
fn both_headers_in_utc_over_both_clock_changes() {
    for header in [SHORT, LONG] {
        let (place, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let days = ["2025-03-29", "2025-03-30", "2025-10-25", "2025-10-26"];
        let content = numbered(header, days.into_iter().flat_map(|day| times(day, 0..24)));
        let file = write(&place, "utc.csv", &content);
        let said =
            import(data.path(), &file, "electricity", &["--format", "lcl", "--clock", "utc"]);
        assert!(said.contains("read 192, added 192, replaced 0, unchanged 0, refused 0"), "{said}");
        let host = FunctionsHost::start_on(data);
        // From midnight in winter time to 23:00 UTC, and from 23:00 UTC to midnight.
        let spring = usage(&host, "house", "2025-03-30", "2025-03-31", "half-hour");
        assert_eq!(spring, numbers(49..=94));
        let autumn = usage(&host, "house", "2025-10-26", "2025-10-27", "half-hour");
        assert_eq!(autumn, numbers(143..=192));
    }
}

#[test]
fn the_wall_clock_skips_and_repeats_an_hour() {
    let (place, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let spring = times("2025-03-30", 0..1).chain(times("2025-03-30", 2..24));
    let file = write(&place, "spring.csv", &numbered(SHORT, spring));
    let how = ["--format", "lcl", "--clock", "local"];
    let said = import(data.path(), &file, "electricity", &how);
    assert!(said.contains("added 46") && said.contains("refused 0"), "{said}");
    let autumn = times("2025-10-26", 0..2).chain(times("2025-10-26", 1..24));
    let file = write(&place, "autumn.csv", &numbered(LONG, autumn));
    let said = import(data.path(), &file, "electricity", &how);
    assert!(said.contains("added 50") && said.contains("refused 0"), "{said}");
    let host = FunctionsHost::start_on(data);
    let spring = usage(&host, "house", "2025-03-30", "2025-03-31", "half-hour");
    assert_eq!(spring, numbers(1..=46));
    let autumn = usage(&host, "house", "2025-10-26", "2025-10-27", "half-hour");
    assert_eq!(autumn, numbers(1..=50));
}

#[test]
fn refused_lines_are_told_by_number_and_the_others_are_taken() {
    refused_lines("\n");
}

/// A file that a spreadsheet on Windows wrote has the same line numbers.
#[test]
fn refused_lines_of_a_file_with_crlf_are_told_by_number() {
    refused_lines("\r\n");
}

fn refused_lines(line_end: &str) {
    let (place, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let lines = [
        (None, "2025-03-30 00:00:00,0.082"),
        (Some("0:15"), "2025-03-30 00:15:00,0.1"),
        (Some("Null"), "2025-03-30 00:30:00,Null"),
        (Some("-0.1"), "2025-03-30 00:30:00,-0.1"),
        (Some("51"), "2025-03-30 00:30:00,51"),
        (Some("not exist"), "2025-03-30 01:30:00,0.1"),
        (None, "2025-03-30 02:00:00,0.2"),
        (Some("soon"), "soon,0.1"),
        (Some("short"), "2025-03-30 02:30:00"),
        (Some("future"), "2999-01-01 00:00:00,0.1"),
        (Some("NaN"), "2025-03-30 03:00:00,NaN"),
        (None, "2025-03-30 03:30:00,1e-1"),
    ];
    let content = lines.iter().map(|(_, line)| format!("{line}{line_end}")).collect::<String>();
    let file = write(&place, "bad.csv", &format!("{SHORT}{line_end}{content}"));
    let how = ["--format", "lcl", "--clock", "local"];
    let said = import(data.path(), &file, "electricity", &how);
    for ((reason, _), number) in lines.iter().zip(2..) {
        let told = said.lines().find(|line| line.starts_with(&format!("line {number}:")));
        match reason {
            Some(reason) => {
                assert!(told.is_some_and(|t| t.contains(reason)), "line {number}: {said}")
            }
            None => assert_eq!(told, None, "{said}"),
        }
    }
    assert!(said.contains("read 12, added 3, replaced 0, unchanged 0, refused 9"), "{said}");
    let host = FunctionsHost::start_on(data);
    let day = usage(&host, "house", "2025-03-30", "2025-03-31", "day");
    assert_eq!(day, [Some(382)]);
}

#[test]
fn another_household_in_the_same_file_is_refused() {
    let (place, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let content = numbered(LONG, times("2025-01-01", 0..2)).replacen("MAC000060", "MAC000061", 3);
    let content = content.replacen("MAC000061", "MAC000060", 2);
    let file = write(&place, "two.csv", &content);
    let said = import(data.path(), &file, "electricity", &["--format", "lcl"]);
    assert!(said.contains("line 4: ") && said.contains("MAC000061"), "{said}");
    assert!(said.contains("added 3") && said.contains("refused 1"), "{said}");
}

#[test]
fn a_second_run_changes_nothing_and_a_corrected_file_replaces() {
    let (place, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let content = numbered(SHORT, times("2025-01-01", 0..24));
    let file = write(&place, "a.csv", &content);
    let how = ["--format", "lcl"];
    import(data.path(), &file, "electricity", &how);
    let once = documents(data.path());
    let said = import(data.path(), &file, "electricity", &how);
    assert!(said.contains("added 0, replaced 0, unchanged 48, refused 0"), "{said}");
    assert_eq!(documents(data.path()), once);
    let file = write(&place, "b.csv", &content.replace("0.048", "0.480"));
    let said = import(data.path(), &file, "electricity", &how);
    assert!(said.contains("added 0, replaced 1, unchanged 47, refused 0"), "{said}");
    assert_ne!(documents(data.path()), once);
}

#[test]
fn a_compressed_file_is_the_same_file() {
    let (place, plain, packed) =
        (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let content = numbered(LONG, times("2025-01-01", 0..24));
    let file = write(&place, "a.csv", &content);
    import(plain.path(), &file, "electricity", &["--format", "lcl"]);
    let path = place.path().join("a.csv.gz");
    let mut gzip = GzEncoder::new(File::create(&path).unwrap(), Compression::default());
    gzip.write_all(content.as_bytes()).unwrap();
    gzip.finish().unwrap();
    import(packed.path(), &path, "electricity", &["--format", "lcl"]);
    assert_eq!(documents(plain.path()), documents(packed.path()));
    assert!(!documents(plain.path()).is_empty());
}

#[test]
fn a_file_of_another_format_is_refused_and_nothing_is_written() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("data");
    let other = write(&place, "other.csv", "start,kwh\n2025-01-01 00:00:00,1\n");
    let empty = write(&place, "empty.csv", "");
    let missing = place.path().join("missing.csv");
    for file in [other, empty, missing] {
        let file = file.to_str().unwrap();
        let arguments = ["import", "--home", "h", "--fuel", "electricity", "--format", "lcl", file];
        let output = Program::run(&arguments, &[("CLOUDSMETS_DATA_DIR", data.to_str().unwrap())]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(file), "{said}");
        assert!(!data.exists(), "{file}");
    }
}
