//! History from files: each format turns lines into changes, or says by line
//! why it cannot.

mod cloudsmets;
mod file_time;
mod lcl;
mod line_counter;

use std::io::Read;

use jiff::tz::TimeZone;

use crate::domain::merge::Change;
use crate::domain::register::Fuel;
use crate::domain::units::Moment;

pub use file_time::FileClock;

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Low Carbon London: `,KWH/hh (per half hour)` or `LCLid,stdorToU,DateTime,KWH/hh`
    Lcl,
    /// Our own export, CSV or JSON
    Cloudsmets,
}

/// How a file is to be understood.
#[derive(Clone, Debug)]
pub struct ImportOptions<'a> {
    /// The meter that it is about.
    pub fuel: Fuel,
    /// What its times mean, where they have no offset.
    pub clock: FileClock,
    /// The home's time zone.
    pub zone: &'a TimeZone,
    /// Now: nothing later can have been measured.
    pub now: Moment,
}

/// A line that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLine {
    /// Its number, the first being 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct ParsedFile {
    /// Lines with content, the header not counted.
    pub line_count: u64,
    /// Lines that are about something else, such as another fuel.
    pub skipped_count: u64,
    /// What the lines say, in their order.
    pub changes: Vec<Change>,
    /// Lines that were not taken.
    pub refused_lines: Vec<RefusedLine>,
}

impl ParsedFile {
    fn add_line(&mut self, line: u64, change: Result<Change, String>) {
        self.line_count += 1;
        match change {
            Ok(change) => self.changes.push(change),
            Err(reason) => self.refused_lines.push(RefusedLine { line, reason }),
        }
    }
}

/// A file that is not of the format it should be.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The first line is not the format's.
    #[error("this is not the format {format:?}: the first line is {found:?}")]
    Header {
        /// What was asked for.
        format: Format,
        /// What was found.
        found: String,
    },
    /// The file cannot be read at all.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// Not JSON although it begins like it.
    #[error("the file is not an export: {0}")]
    Json(#[from] serde_json::Error),
}

/// Reads a file; gzip is undone where it is found.
///
/// # Errors
/// [`ImportError`] when nothing of it can be used.
pub fn read_file(
    format: Format,
    file: impl Read,
    options: &ImportOptions<'_>,
) -> Result<ParsedFile, ImportError> {
    let mut content = Vec::new();
    std::io::BufReader::new(file).read_to_end(&mut content)?;
    if content.starts_with(&[0x1F, 0x8B]) {
        let mut decompressed = Vec::new();
        flate2::read::MultiGzDecoder::new(content.as_slice()).read_to_end(&mut decompressed)?;
        content = decompressed;
    }
    let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&content);
    match format {
        Format::Lcl => lcl::read(content, options),
        Format::Cloudsmets => cloudsmets::read(content, options),
    }
}

/// More than any home's supply can carry in half an hour, in Wh: 100 kW.
const MAX_HALF_HOUR_WH: u64 = 50_000;

/// 2000-01-01T00:00:00Z: no half-hour was measured in a home before.
const EARLIEST_TIME: i64 = 946_684_800;
