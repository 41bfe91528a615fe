//! The JSON of our own export, `{"home":..,"rows":[..]}`, row by row.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cloudsmets::parse_row;
use super::input::Input;
use super::{ImportError, ImportOptions, MAX_LINE_LENGTH, Visit};

/// The number of bytes that are read ahead of the JSON parser.
const BUFFER_LENGTH: usize = 4_096;

/// The number of bytes that may be read for one row. Every row of [`MAX_LINE_LENGTH`] is accepted,
/// whatever else is in the buffer.
const READ_LIMIT: usize = MAX_LINE_LENGTH + 2 * BUFFER_LENGTH;

pub(super) fn read(
    input: Input<'_>,
    options: &ImportOptions<'_>,
    visit: Visit<'_>,
) -> Result<(), ImportError> {
    let remaining = Cell::new(READ_LIMIT);
    let reader = LimitedReader { input, remaining: &remaining };
    let reader = BufReader::with_capacity(BUFFER_LENGTH, reader);
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let mut rows = Rows { visit, options, remaining: &remaining, is_stopped: false };
    let read = deserializer.deserialize_map(ExportVisitor(&mut rows));
    let read = read.and_then(|()| deserializer.end());
    if rows.is_stopped { Ok(()) } else { read.map_err(ImportError::json) }
}

/// Fails if a row, or a member beside the rows, is too long, because the JSON parser would keep all of it
/// in memory.
struct LimitedReader<'a> {
    input: Input<'a>,
    /// The number of bytes that may be read before the next row starts.
    remaining: &'a Cell<usize>,
}

impl Read for LimitedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let limit = self.remaining.get().min(buffer.len());
        if limit == 0 && !buffer.is_empty() {
            let message = format!("a row has more than {MAX_LINE_LENGTH} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let length = self.input.read(&mut buffer[..limit])?;
        self.remaining.set(self.remaining.get() - length);
        Ok(length)
    }
}

/// The object around the rows.
struct ExportVisitor<'a, 'b>(&'a mut Rows<'b>);

impl<'de> Visitor<'de> for ExportVisitor<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the members home and rows")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut has_home, mut has_rows) = (false, false);
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "home" if has_home => return Err(A::Error::duplicate_field("home")),
                "home" => {
                    map.next_value::<String>()?;
                    has_home = true;
                }
                "rows" if has_rows => return Err(A::Error::duplicate_field("rows")),
                "rows" => {
                    map.next_value_seed(&mut *self.0)?;
                    has_rows = true;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match (has_home, has_rows) {
            (false, _) => Err(A::Error::missing_field("home")),
            (true, false) => Err(A::Error::missing_field("rows")),
            (true, true) => Ok(()),
        }
    }
}

/// The array of rows.
struct Rows<'a> {
    visit: Visit<'a>,
    options: &'a ImportOptions<'a>,
    remaining: &'a Cell<usize>,
    is_stopped: bool,
}

impl<'de> DeserializeSeed<'de> for &mut Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for &mut Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        for number in 1.. {
            self.remaining.set(READ_LIMIT);
            let Some(row) = rows.next_element::<Box<RawValue>>()? else { break };
            let row = serde_json::from_str(row.get()).map_err(|error| error.to_string());
            if (self.visit)(parse_row(number, row, self.options)) == ControlFlow::Break(()) {
                self.is_stopped = true;
                return Err(A::Error::custom("the caller stopped"));
            }
        }
        self.remaining.set(READ_LIMIT);
        Ok(())
    }
}
