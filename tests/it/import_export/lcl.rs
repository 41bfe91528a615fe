//! Low Carbon London files with synthetic content.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::{import, usage_wh};
use crate::host::{FunctionsHost, Program, documents};

const SHORT_HEADER: &str = ",KWH/hh (per half hour) ";
const LONG_HEADER: &str = "LCLid,stdorToU,DateTime,KWH/hh (per half hour) ";

/// The half-hourly local times of a day in a range of hours.
fn half_hour_times(day: &str, hours: std::ops::Range<u8>) -> impl Iterator<Item = String> {
    hours.flat_map(move |hour| ["00", "30"].map(|minute| format!("{day} {hour:02}:{minute}:00")))
}

/// Line n has n Wh, so that every line is different.
fn file_content(header: &str, times: impl Iterator<Item = String>) -> String {
    let lines = times.zip(1..).map(|(time, wh): (_, u32)| match header {
        SHORT_HEADER => format!("{time},{}.{:03}\n", wh / 1_000, wh % 1_000),
        _ => format!("MAC000060,Std,{time}.0000000, {}.{:03} \n", wh / 1_000, wh % 1_000),
    });
    format!("{header}\n{}", lines.collect::<String>())
}

fn write_file(directory: &TempDir, name: &str, content: &str) -> PathBuf {
    let path = directory.path().join(name);
    fs::write(&path, content).unwrap();
    path
}

fn wh_of_lines(range: std::ops::RangeInclusive<u64>) -> Vec<Option<u64>> {
    range.map(Some).collect()
}

#[test]
fn utc_files_with_either_header_are_imported_across_clock_changes() {
    for header in [SHORT_HEADER, LONG_HEADER] {
        let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let days = ["2025-03-29", "2025-03-30", "2025-10-25", "2025-10-26"];
        let content =
            file_content(header, days.into_iter().flat_map(|day| half_hour_times(day, 0..24)));
        let file = write_file(&directory, "utc.csv", &content);
        let output =
            import(data.path(), &file, "electricity", &["--format", "lcl", "--clock", "utc"]);
        assert!(
            output.contains("read 192, added 192, replaced 0, unchanged 0, refused 0"),
            "{output}"
        );
        let host = FunctionsHost::start_on(data);
        // The day in March ends at 23:00 UTC, the day in October starts at 23:00 UTC.
        let spring = usage_wh(&host, "house", "2025-03-30", "2025-03-31", "half-hour");
        assert_eq!(spring, wh_of_lines(49..=94));
        let autumn = usage_wh(&host, "house", "2025-10-26", "2025-10-27", "half-hour");
        assert_eq!(autumn, wh_of_lines(143..=192));
    }
}

#[test]
fn local_times_are_resolved_in_skipped_and_repeated_hours() {
    let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let spring = half_hour_times("2025-03-30", 0..1).chain(half_hour_times("2025-03-30", 2..24));
    let file = write_file(&directory, "spring.csv", &file_content(SHORT_HEADER, spring));
    let options = ["--format", "lcl", "--clock", "local"];
    let output = import(data.path(), &file, "electricity", &options);
    assert!(output.contains("added 46") && output.contains("refused 0"), "{output}");
    let autumn = half_hour_times("2025-10-26", 0..2).chain(half_hour_times("2025-10-26", 1..24));
    let file = write_file(&directory, "autumn.csv", &file_content(LONG_HEADER, autumn));
    let output = import(data.path(), &file, "electricity", &options);
    assert!(output.contains("added 50") && output.contains("refused 0"), "{output}");
    let host = FunctionsHost::start_on(data);
    let spring = usage_wh(&host, "house", "2025-03-30", "2025-03-31", "half-hour");
    assert_eq!(spring, wh_of_lines(1..=46));
    let autumn = usage_wh(&host, "house", "2025-10-26", "2025-10-27", "half-hour");
    assert_eq!(autumn, wh_of_lines(1..=50));
}

#[test]
fn refused_lines_are_reported_by_number_and_the_others_are_imported() {
    check_refused_lines("\n");
}

/// A spreadsheet on Windows writes CRLF. The line numbers are the same.
#[test]
fn refused_lines_of_a_crlf_file_are_reported_by_number() {
    check_refused_lines("\r\n");
}

fn check_refused_lines(line_end: &str) {
    let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
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
    let file = write_file(&directory, "bad.csv", &format!("{SHORT_HEADER}{line_end}{content}"));
    let options = ["--format", "lcl", "--clock", "local"];
    let output = import(data.path(), &file, "electricity", &options);
    for ((reason, _), number) in lines.iter().zip(2..) {
        let reported = output.lines().find(|line| line.starts_with(&format!("line {number}:")));
        match reason {
            Some(reason) => {
                assert!(
                    reported.is_some_and(|line| line.contains(reason)),
                    "line {number}: {output}"
                )
            }
            None => assert_eq!(reported, None, "{output}"),
        }
    }
    assert!(output.contains("read 12, added 3, replaced 0, unchanged 0, refused 9"), "{output}");
    let host = FunctionsHost::start_on(data);
    let day = usage_wh(&host, "house", "2025-03-30", "2025-03-31", "day");
    assert_eq!(day, [Some(382)]);
}

#[test]
fn lines_of_another_household_are_refused() {
    let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let content = file_content(LONG_HEADER, half_hour_times("2025-01-01", 0..2)).replacen(
        "MAC000060",
        "MAC000061",
        3,
    );
    let content = content.replacen("MAC000061", "MAC000060", 2);
    let file = write_file(&directory, "two.csv", &content);
    let output = import(data.path(), &file, "electricity", &["--format", "lcl"]);
    assert!(output.contains("line 4: ") && output.contains("MAC000061"), "{output}");
    assert!(output.contains("added 3") && output.contains("refused 1"), "{output}");
}

#[test]
fn importing_again_changes_nothing_and_a_corrected_file_replaces_values() {
    let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let content = file_content(SHORT_HEADER, half_hour_times("2025-01-01", 0..24));
    let file = write_file(&directory, "a.csv", &content);
    let options = ["--format", "lcl"];
    import(data.path(), &file, "electricity", &options);
    let first_run = documents(data.path());
    let output = import(data.path(), &file, "electricity", &options);
    assert!(output.contains("added 0, replaced 0, unchanged 48, refused 0"), "{output}");
    assert_eq!(documents(data.path()), first_run);
    let file = write_file(&directory, "b.csv", &content.replace("0.048", "0.480"));
    let output = import(data.path(), &file, "electricity", &options);
    assert!(output.contains("added 0, replaced 1, unchanged 47, refused 0"), "{output}");
    assert_ne!(documents(data.path()), first_run);
}

#[test]
fn a_gzip_file_imports_like_the_uncompressed_file() {
    let (directory, uncompressed, compressed) =
        (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let content = file_content(LONG_HEADER, half_hour_times("2025-01-01", 0..24));
    let file = write_file(&directory, "a.csv", &content);
    import(uncompressed.path(), &file, "electricity", &["--format", "lcl"]);
    let path = directory.path().join("a.csv.gz");
    let mut gzip = GzEncoder::new(File::create(&path).unwrap(), Compression::default());
    gzip.write_all(content.as_bytes()).unwrap();
    gzip.finish().unwrap();
    import(compressed.path(), &path, "electricity", &["--format", "lcl"]);
    assert_eq!(documents(uncompressed.path()), documents(compressed.path()));
    assert!(!documents(uncompressed.path()).is_empty());
}

#[test]
fn a_file_of_another_format_is_refused_and_nothing_is_written() {
    let directory = TempDir::new().unwrap();
    let data = directory.path().join("data");
    let other = write_file(&directory, "other.csv", "start,kwh\n2025-01-01 00:00:00,1\n");
    let empty = write_file(&directory, "empty.csv", "");
    let missing = directory.path().join("missing.csv");
    for file in [other, empty, missing] {
        let file = file.to_str().unwrap();
        let arguments = ["import", "--home", "h", "--fuel", "electricity", "--format", "lcl", file];
        let output = Program::run(&arguments, &[("CLOUDSMETS_DATA_DIR", data.to_str().unwrap())]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(file), "{stderr}");
        assert!(!data.exists(), "{file}");
    }
}
