//! Imports history from files. A format turns each line of a file into a change, or refuses the line
//! with a reason.
//!
//! Files are untrusted. They are read as a stream, so that neither the size of a file nor the length of
//! a line determines how much memory is needed.

mod cloudsmets;
mod export_json;
mod file_time;
mod input;
mod lcl;
mod record_reader;

use std::io::Read;
use std::ops::ControlFlow;

use jiff::tz::TimeZone;

use crate::domain::merge::Change;
use crate::domain::register::Fuel;
use crate::domain::text::printable;
use crate::domain::units::Moment;

pub use file_time::FileClock;
use input::Input;

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Low Carbon London: `,KWH/hh (per half hour)` or `LCLid,stdorToU,DateTime,KWH/hh`
    Lcl,
    /// The CSV or JSON of `cloudsmets export`
    Cloudsmets,
}

/// How to interpret a file.
#[derive(Clone, Debug)]
pub struct ImportOptions<'a> {
    /// Lines about the other fuel are skipped.
    pub fuel: Fuel,
    /// The clock of times without an offset.
    pub clock: FileClock,
    /// The time zone of [`FileClock::Local`].
    pub zone: &'a TimeZone,
    /// Lines with later times are refused.
    pub now: Moment,
}

/// A line of a file that is not empty. The header is not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line in the file, counted from 1. In JSON the row, counted from 1.
    pub number: u64,
    pub content: LineContent,
}

/// What a line contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineContent {
    Change(Change),
    /// The line is about something else, such as the other fuel.
    Skipped,
    /// The line is invalid. The reason may quote the line, but it is short and has no control
    /// characters.
    Refused(String),
}

impl Line {
    fn new(number: u64, change: Result<Change, String>) -> Self {
        let content = match change {
            Ok(change) => LineContent::Change(change),
            Err(reason) => LineContent::Refused(excerpt(&reason, MAX_REASON_LENGTH)),
        };
        Self { number, content }
    }

    const fn skipped(number: u64) -> Self {
        Self { number, content: LineContent::Skipped }
    }
}

/// A file that cannot be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file does not have the format {format:?}, because its first line is {found:?}")]
    Header { format: Format, found: String },
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("the file is not an export of this program: {0}")]
    Json(String),
}

impl ImportError {
    /// The error of a file whose header is not the header of the format.
    fn header(format: Format, found: &csv::StringRecord) -> Self {
        let found = found.iter().collect::<Vec<_>>().join(",");
        Self::Header { format, found: excerpt(&found, 80) }
    }

    /// The error of JSON that cannot be read. A cause in the file system is not an error of the JSON.
    fn json(error: serde_json::Error) -> Self {
        if error.is_io() {
            Self::Io(error.into())
        } else {
            Self::Json(excerpt(&error.to_string(), MAX_REASON_LENGTH))
        }
    }
}

/// Reads a file, which may be compressed with gzip, and passes each line to `visit`. Reading stops when
/// `visit` returns [`ControlFlow::Break`].
///
/// # Errors
/// [`ImportError`] if the file does not have the format, or cannot be read to its end. The lines before
/// the error have been passed to `visit`.
pub fn read_file(
    format: Format,
    file: impl Read,
    options: &ImportOptions<'_>,
    mut visit: impl FnMut(Line) -> ControlFlow<()>,
) -> Result<(), ImportError> {
    let input = Input::new(file)?;
    match format {
        Format::Lcl => lcl::read(input, options, &mut visit),
        Format::Cloudsmets if input.is_json() => export_json::read(input, options, &mut visit),
        Format::Cloudsmets => cloudsmets::read_csv(input, options, &mut visit),
    }
}

/// Receives the lines of a file.
type Visit<'a> = &'a mut dyn FnMut(Line) -> ControlFlow<()>;

/// The start of a text from a file, without control characters.
fn excerpt(text: &str, max_length: usize) -> String {
    let mut excerpt: String = printable(text).chars().take(max_length).collect();
    if text.chars().nth(max_length).is_some() {
        excerpt.push('…');
    }
    excerpt
}

/// The longest line or JSON row, in bytes. Those of real files have fewer than 200.
const MAX_LINE_LENGTH: usize = 64 * 1024;

/// The longest reason of a refused line, in characters.
const MAX_REASON_LENGTH: usize = 200;

/// The largest consumption of a half-hour, in Wh. No supply of a home can carry more than 100 kW.
const MAX_HALF_HOUR_WH: u64 = 50_000;

/// 2000-01-01T00:00:00Z. Homes had no half-hourly meters before then.
const EARLIEST_TIME: i64 = 946_684_800;
