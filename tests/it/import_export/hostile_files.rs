//! Malicious files: they must not fill the memory, control the terminal, or leave the owner unsure about
//! what is stored.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::import;
use crate::host::{Program, documents};

const LCL: [&str; 2] = ["--format", "lcl"];
const CLOUDSMETS: [&str; 2] = ["--format", "cloudsmets"];
const LCL_HEADER: &str = ",KWH/hh (per half hour) \n";
const CSV_HEADER: &str = "record,fuel,register,start,end,value,quality\n";

/// The most memory that an import may take, in KiB.
const MEMORY_LIMIT: u64 = 64 * 1024;

struct Outcome {
    exit_code: Option<i32>,
    stdout: String,
    stderr: String,
    /// In KiB; 0 if the program ended before the first measurement.
    peak_memory: u64,
}

impl Outcome {
    fn assert_exit_code(&self, expected: i32) {
        assert_eq!(self.exit_code, Some(expected), "{}{}", self.stdout, self.stderr);
    }
}

/// Imports a file into the home `house`, and asserts that the program needs little memory.
fn import_in_little_memory(data: &Path, file: &Path, options: &[&str]) -> Outcome {
    let file = file.to_str().unwrap();
    let fixed = ["import", "--home", "house", "--fuel", "electricity"];
    let arguments = [&fixed[..], options, &[file]].concat();
    let mut program =
        Program::start(&arguments, &[("CLOUDSMETS_DATA_DIR", data.to_str().unwrap())]);
    let mut peak_memory = 0;
    let status = loop {
        peak_memory = peak_memory_of(program.id()).unwrap_or_default().max(peak_memory);
        if let Some(status) = program.exit_status() {
            break status;
        }
        thread::sleep(Duration::from_millis(2));
    };
    assert!(peak_memory < MEMORY_LIMIT, "{peak_memory} KiB");
    let (stdout, stderr) = (program.stdout(), program.stderr());
    Outcome { exit_code: status.code(), stdout, stderr, peak_memory }
}

/// The largest resident set so far, in KiB; `None` for a process that has ended.
fn peak_memory_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Fails if a terminal would act on the text.
fn assert_no_control_characters(text: &str) {
    let control = text.chars().find(|c| *c != '\n' && (c.is_control() || *c == '\u{202E}'));
    assert_eq!(control, None, "{text:?}");
}

/// The first four fields of a row of our own export, with one of them replaced.
fn row_with<'a>(replaced: &str, value: &'a str) -> [&'a str; 4] {
    let fields = [
        ("record", "stated"),
        ("fuel", "electricity"),
        ("register", "import"),
        ("start", "2025-01-01T00:00:00Z"),
    ];
    fields.map(|(name, usual)| if name == replaced { value } else { usual })
}

/// A file with a start, then hundreds of megabytes of one line of zeros, then an end. It is sparse.
fn file_with_a_long_line(directory: &TempDir, start: &str, end: &str) -> PathBuf {
    let path = directory.path().join("long");
    let mut file = File::create(&path).unwrap();
    file.write_all(start.as_bytes()).unwrap();
    file.seek(SeekFrom::Start(400 << 20)).unwrap();
    file.write_all(end.as_bytes()).unwrap();
    path
}

/// A start, then `megabytes` of zeros. Each megabyte is a gzip member of its own, of one kilobyte.
fn gzip_bomb(directory: &TempDir, start: &str, megabytes: usize) -> PathBuf {
    let path = directory.path().join("bomb.gz");
    let content = [gzip(start.as_bytes()), gzip(&vec![0; 1 << 20]).repeat(megabytes)].concat();
    fs::write(&path, content).unwrap();
    path
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content).unwrap();
    gzip.finish().unwrap()
}

/// A megabyte of gzip that expands to a gigabyte.
#[test]
fn a_gzip_bomb_needs_little_memory_and_writes_nothing() {
    let directory = TempDir::new().unwrap();
    let data = directory.path().join("data");
    let bomb = gzip_bomb(&directory, "", 1 << 10);
    assert!(fs::metadata(&bomb).unwrap().len() < 1_100_000);
    for format in [LCL, CLOUDSMETS] {
        let outcome = import_in_little_memory(&data, &bomb, &format);
        outcome.assert_exit_code(1);
        assert!(!data.exists());
    }
}

#[test]
fn a_gzip_bomb_inside_a_line_needs_little_memory() {
    let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let bomb = gzip_bomb(&directory, LCL_HEADER, 128);
    let outcome = import_in_little_memory(data.path(), &bomb, &LCL);
    outcome.assert_exit_code(0);
    assert!(outcome.peak_memory > 0, "nothing was measured");
    assert!(outcome.stdout.contains("line 2: the line has more than"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("read 1, added 0"), "{}", outcome.stdout);
}

#[test]
fn a_line_of_hundreds_of_megabytes_is_refused_and_the_next_one_is_imported() {
    let lcl = (LCL, LCL_HEADER, "\n2025-01-01 00:00:00,0.5\n");
    let csv_row = "\nstated,electricity,import,2025-01-01T00:00:00Z,2025-01-01T00:30:00Z,500,\n";
    for (format, header, end) in [lcl, (CLOUDSMETS, CSV_HEADER, csv_row)] {
        let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let file = file_with_a_long_line(&directory, header, end);
        let outcome = import_in_little_memory(data.path(), &file, &format);
        outcome.assert_exit_code(0);
        assert!(outcome.stdout.contains("line 2: the line has more than"), "{}", outcome.stdout);
        assert!(outcome.stdout.contains("read 2, added 1"), "{}", outcome.stdout);
    }
}

#[test]
fn a_json_row_of_a_hundred_megabytes_is_refused_and_nothing_is_written() {
    let directory = TempDir::new().unwrap();
    let data = directory.path().join("data");
    for start in
        ["{\"home\":\"", "{\"", "{\"other\":\"", "{\"home\":\"h\",\"rows\":[{\"record\":\""]
    {
        // Zeros would be an error in a JSON string, so this file is not sparse.
        let file = directory.path().join("long.json");
        fs::write(&file, start.to_owned() + &"x".repeat(100 << 20)).unwrap();
        let outcome = import_in_little_memory(&data, &file, &CLOUDSMETS);
        outcome.assert_exit_code(1);
        assert!(outcome.stderr.contains("more than 65536 bytes"), "{}", outcome.stderr);
        assert!(!data.exists());
    }
}

/// The first refused lines are printed, the others are counted.
#[test]
fn many_refused_lines_need_little_memory_and_are_counted() {
    let (directory, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let file = directory.path().join("refused.csv");
    let line = format!("{},0.1\n", "x".repeat(20_000));
    fs::write(&file, format!("{LCL_HEADER}{}", line.repeat(2_000))).unwrap();
    let outcome = import_in_little_memory(data.path(), &file, &LCL);
    outcome.assert_exit_code(0);
    assert_eq!(outcome.stdout.lines().count(), 102, "{}", outcome.stdout);
    assert!(outcome.stdout.lines().all(|line| line.len() < 250), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("and 1900 more lines"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("refused 2000"), "{}", outcome.stdout);
}

#[test]
fn control_characters_of_a_file_are_not_printed() {
    let evil = "\u{1B}[2J\u{1B}]0;x\u{7}\u{9B}31m\u{202E}\u{0}";
    let lcl = "LCLid,stdorToU,DateTime,KWH/hh (per half hour) \n";
    let household = format!("{evil}a,Std,{evil},1\n{evil}b,Std,2025-01-01 00:00:00,1\n");
    let csv = ["record", "fuel", "register", "start"]
        .map(|name| row_with(name, evil).join(",") + ",,1,\n");
    let escaped = evil.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect::<String>();
    let json = ["record", "fuel", "register", "start"].map(|name| {
        let [record, fuel, register, start] = row_with(name, &escaped);
        format!("{{\"record\":\"{record}\",\"fuel\":\"{fuel}\",\"register\":\"{register}\",\"start\":\"{start}\",\"value\":1}}")
    });
    let directory = TempDir::new().unwrap();
    for (n, (format, content, exit_code)) in [
        (LCL, format!("{lcl}{household}"), 0),
        (
            LCL,
            format!(
                "{LCL_HEADER}{evil},1\n2025-01-01 00:00:00,{evil}\n2025-01-01 00:00:00,-1{evil}\n"
            ),
            0,
        ),
        (LCL, format!("{evil},kWh\n"), 1),
        (CLOUDSMETS, format!("{CSV_HEADER}{}", csv.concat()), 0),
        (CLOUDSMETS, format!("{evil}\n"), 1),
        (CLOUDSMETS, format!("{{\"home\":\"h\",\"rows\":[{}]}}", json.join(",")), 0),
        (CLOUDSMETS, format!("{{\"home\":\"h\",\"rows\":\"{escaped}\"}}"), 1),
    ]
    .into_iter()
    .enumerate()
    {
        let data = TempDir::new().unwrap();
        let file = directory.path().join(format!("{n}\u{1B}[2J.csv"));
        fs::write(&file, content).unwrap();
        let outcome = import_in_little_memory(data.path(), &file, &format);
        outcome.assert_exit_code(exit_code);
        let printed = outcome.stdout + &outcome.stderr;
        assert!(printed.contains('\u{FFFD}') || printed.contains("\\u{"), "{n}: {printed:?}");
        assert_no_control_characters(&printed);
    }
}

/// The half-hours of 100 days.
fn long_history() -> String {
    let start: jiff::Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
    let lines = (0..4_800).map(|n| {
        let at = start + Duration::from_secs(n * 1_800);
        format!("{},0.{:03}\n", at.strftime("%F %T"), n % 1_000)
    });
    LCL_HEADER.to_owned() + &lines.collect::<String>()
}

#[test]
fn an_error_in_the_middle_of_a_file_says_what_is_stored_and_importing_again_completes_it() {
    let directory = TempDir::new().unwrap();
    let content = long_history();
    let (whole, broken) = (directory.path().join("whole.gz"), directory.path().join("broken.gz"));
    let compressed = gzip(content.as_bytes());
    fs::write(&whole, &compressed).unwrap();
    fs::write(&broken, &compressed[..compressed.len() - 100]).unwrap();
    let (data, reference) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let outcome = import_in_little_memory(data.path(), &broken, &LCL);
    outcome.assert_exit_code(1);
    let explanation =
        "stopped after 4000 values, which remain stored; importing the file again is harmless";
    assert!(outcome.stderr.contains(explanation), "{}", outcome.stderr);
    let output = import(data.path(), &whole, "electricity", &LCL);
    assert!(output.contains("read 4800, added 800, replaced 0, unchanged 4000"), "{output}");
    import(reference.path(), &whole, "electricity", &LCL);
    assert_eq!(documents(data.path()), documents(reference.path()));
}

#[test]
fn a_short_file_that_ends_early_writes_nothing() {
    let directory = TempDir::new().unwrap();
    let data = directory.path().join("data");
    let row = "{\"record\":\"stated\",\"fuel\":\"electricity\",\"register\":\"import\",\
        \"start\":\"2025-01-01T00:00:00Z\",\"end\":null,\"value\":5,\"quality\":null}";
    let mut truncated = gzip(format!("{LCL_HEADER}2025-01-01 00:00:00,1\n").as_bytes());
    truncated.truncate(truncated.len() - 4);
    let json = |content: &str| content.replace("ROW", row).into_bytes();
    for (n, (format, content)) in [
        (LCL, truncated),
        (CLOUDSMETS, json("{\"home\":\"h\",\"rows\":[ROW")),
        (CLOUDSMETS, json("{\"home\":\"h\",\"rows\":[ROW]")),
        (CLOUDSMETS, json("{\"home\":\"h\",\"rows\":[ROW]}x")),
        (CLOUDSMETS, json("{\"rows\":[ROW]}")),
        (CLOUDSMETS, json("{\"home\":\"h\"}")),
    ]
    .into_iter()
    .enumerate()
    {
        let file = directory.path().join("short");
        fs::write(&file, content).unwrap();
        let outcome = import_in_little_memory(&data, &file, &format);
        outcome.assert_exit_code(1);
        assert!(!data.exists(), "{n}");
    }
}
