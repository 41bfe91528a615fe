//! Reads CSV records of limited length, with their line numbers.

use std::io::{self, BufRead};

use csv_core::ReadRecordResult;

use super::MAX_LINE_LENGTH;

/// The most fields of a record. The formats have at most seven.
const MAX_FIELDS: usize = 256;

/// A record, or the reason why it is refused.
pub(super) type Record = Result<csv::StringRecord, String>;

/// Reads CSV records in bounded memory, which `csv::Reader` does not.
pub(super) struct RecordReader<R> {
    input: R,
    parser: csv_core::Reader,
    /// The line of the next byte, counted from 1.
    line: u64,
    /// Whether the last byte was a CR, with which a following LF is one line end.
    is_after_cr: bool,
    /// Whether the rest of the current line belongs to a record that was too long.
    is_inside_refused_line: bool,
    /// The content of the fields, without quotes.
    fields: Box<[u8]>,
    /// The end of each field in `fields`.
    ends: Box<[usize]>,
}

impl<R: BufRead> RecordReader<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            parser: csv_core::Reader::new(),
            line: 1,
            is_after_cr: false,
            is_inside_refused_line: false,
            fields: vec![0; MAX_LINE_LENGTH].into(),
            ends: vec![0; MAX_FIELDS].into(),
        }
    }

    /// The first record. It is empty if the file is, or if the record is refused.
    pub(super) fn header(&mut self) -> io::Result<csv::StringRecord> {
        let first = self.next_record()?;
        Ok(first.and_then(|(_, header)| header.ok()).unwrap_or_default())
    }

    /// The next record and the line on which it starts; `None` at the end of the file. Empty lines are
    /// ignored. After a record that is too long, reading continues on the next line.
    pub(super) fn next_record(&mut self) -> io::Result<Option<(u64, Record)>> {
        if std::mem::take(&mut self.is_inside_refused_line) {
            self.skip_line()?;
        }
        self.skip_line_ends()?;
        let start = self.line;
        let (mut length, mut count) = (0, 0);
        loop {
            let input = self.input.fill_buf()?;
            let (result, read, written, ended) =
                self.parser.read_record(input, &mut self.fields[length..], &mut self.ends[count..]);
            count_lines(&input[..read], &mut self.line, &mut self.is_after_cr);
            self.input.consume(read);
            length += written;
            count += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record => return Ok(Some((start, self.record(length, count)))),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    self.is_inside_refused_line = true;
                    let reason = format!(
                        "the line has more than {MAX_LINE_LENGTH} bytes or {MAX_FIELDS} fields"
                    );
                    return Ok(Some((start, Err(reason))));
                }
            }
        }
    }

    fn record(&self, length: usize, count: usize) -> Record {
        let invalid = || "the line is not UTF-8".to_owned();
        let fields = str::from_utf8(&self.fields[..length]).map_err(|_| invalid())?;
        let mut record = csv::StringRecord::with_capacity(length, count);
        let mut start = 0;
        for end in &self.ends[..count] {
            // Two fields can be UTF-8 together without being UTF-8 each.
            record.push_field(fields.get(start..*end).ok_or_else(invalid)?);
            start = *end;
        }
        Ok(record)
    }

    /// Skips what remains of the last line, which may be the second half of CR LF, and empty lines.
    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            let input = self.input.fill_buf()?;
            let length = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if length == 0 {
                return Ok(());
            }
            count_lines(&input[..length], &mut self.line, &mut self.is_after_cr);
            self.input.consume(length);
        }
    }

    /// Skips to the next line, whether that is inside of quotes or not.
    fn skip_line(&mut self) -> io::Result<()> {
        self.parser.reset();
        if self.input.skip_until(b'\n')? > 0 {
            self.line += 1;
            self.is_after_cr = false;
        }
        Ok(())
    }
}

/// Counts CR, LF and CR LF, each of which ends a record.
fn count_lines(bytes: &[u8], line: &mut u64, is_after_cr: &mut bool) {
    for byte in bytes {
        let is_cr = *byte == b'\r';
        if is_cr || (*byte == b'\n' && !*is_after_cr) {
            *line += 1;
        }
        *is_after_cr = is_cr;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each record's line and fields, read in chunks of a few bytes.
    fn records(content: &str, chunk_size: usize) -> Vec<(u64, Result<Vec<String>, String>)> {
        let input = io::BufReader::with_capacity(chunk_size, content.as_bytes());
        let mut reader = RecordReader::new(input);
        let mut records = Vec::new();
        while let Some((line, record)) = reader.next_record().unwrap() {
            records.push((line, record.map(|record| record.iter().map(str::to_owned).collect())));
        }
        records
    }

    fn lines(content: &str) -> Vec<(u64, String)> {
        let read = |chunk_size| {
            let records = records(content, chunk_size).into_iter();
            records.map(|(line, record)| (line, record.unwrap().join("|"))).collect::<Vec<_>>()
        };
        assert_eq!(read(1), read(8_192), "{content:?}");
        read(3)
    }

    fn numbered(records: &[(u64, &str)]) -> Vec<(u64, String)> {
        records.iter().map(|(line, record)| (*line, (*record).to_owned())).collect()
    }

    #[test]
    fn line_numbers_are_right_for_every_line_end_and_inside_quotes() {
        for end in ["\n", "\r\n", "\r"] {
            let content = ["a,b", "", "c", "\"d", "d\",\"e \"\"x\"\"\"", "f"].join(end);
            let quoted = format!("d{end}d|e \"x\"");
            let expected = [(1, "a|b"), (3, "c"), (4, quoted.as_str()), (6, "f")];
            assert_eq!(lines(&content), numbered(&expected));
        }
        assert_eq!(lines("\r\n\n\na\n"), numbered(&[(4, "a")]));
        assert_eq!(lines("a\rb\r\nc\n\rd"), numbered(&[(1, "a"), (2, "b"), (3, "c"), (5, "d")]));
        assert_eq!(lines(""), numbered(&[]));
        assert_eq!(lines("\n\n"), numbered(&[]));
    }

    #[test]
    fn a_record_that_is_too_long_is_refused_and_reading_continues_on_the_next_line() {
        let long = "x".repeat(MAX_LINE_LENGTH + 1);
        let open_quote = format!("\"{}", "y\n".repeat(MAX_LINE_LENGTH / 2));
        let many_fields = ",".repeat(MAX_FIELDS);
        for bad in [&long, &open_quote, &many_fields] {
            let content = format!("a\n{bad}{}\nb\n", &long[..10]);
            let records = records(&content, 8_192);
            let last = content.matches('\n').count() as u64;
            assert_eq!(records.len(), 3, "{}", &bad[..10]);
            assert!(records[1].1.is_err() && records[1].0 == 2);
            assert_eq!(records[2], (last, Ok(vec!["b".to_owned()])));
        }
    }

    #[test]
    fn the_longest_line_is_accepted() {
        let longest = "x".repeat(MAX_LINE_LENGTH - 1);
        assert_eq!(lines(&format!("{longest}\nb")), numbered(&[(1, &longest), (2, "b")]));
    }

    #[test]
    fn a_line_that_is_not_utf8_is_refused() {
        let mut reader = RecordReader::new(&b"\xC3,\xA9\nb"[..]);
        assert!(
            matches!(reader.next_record().unwrap(), Some((1, Err(reason))) if reason.contains("UTF-8"))
        );
        assert!(matches!(reader.next_record().unwrap(), Some((2, Ok(_)))));
    }
}
