//! Escapes the fields of events on a terminal. They can hold text from outside, such as a device's
//! id, whose control characters would move the cursor or change what is displayed.
//!
//! tracing-subscriber escapes some control characters of messages, but none of fields that are
//! logged with `%`.

use std::fmt::{self, Debug, Write};

use tracing::field::Field;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

use crate::domain::text::is_control;

/// Returns the format of fields: `name=value`, separated by spaces, with control characters escaped.
pub(super) fn escaped() -> impl for<'writer> FormatFields<'writer> + Send + Sync + 'static {
    debug_fn(write_field).delimited(" ")
}

fn write_field(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    if field.name() != "message" {
        write!(writer, "{}=", field.name())?;
    }
    write!(Escaping(writer), "{value:?}")
}

struct Escaping<'a, 'w>(&'a mut Writer<'w>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if is_control(character) {
                write!(self.0, "{}", character.escape_unicode())?;
            } else {
                self.0.write_char(character)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let hostile: String =
            (0..0xa0).filter_map(char::from_u32).chain("\u{202e}\u{2028}é".chars()).collect();
        let buffer = Buffer::default();
        let written = buffer.clone();
        let log = tracing_subscriber::fmt()
            .with_writer(move || written.clone())
            .with_ansi(false)
            .compact()
            .fmt_fields(escaped())
            .finish();
        tracing::subscriber::with_default(log, || {
            let span = tracing::info_span!("request", span.field = %hostile);
            let _entered = span.enter();
            let error = io::Error::other(hostile.clone());
            tracing::warn!(display = %hostile, debug = ?hostile, text = hostile, "{hostile}");
            tracing::warn!(error = &error as &dyn std::error::Error, "failed");
        });
        let log = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<_> = log.split_terminator('\n').collect();
        assert_eq!(lines.len(), 2, "{lines:?}");
        for line in lines {
            assert!(!line.contains(is_control), "{line:?}");
            assert!(line.contains("é") && line.contains("span.field="), "{line:?}");
        }
        assert!(log.contains("display=") && log.contains(r"\u{1b}"), "{log}");
    }
}
