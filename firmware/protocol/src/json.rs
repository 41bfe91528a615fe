//! Writes compact JSON. Parsing uses serde.

use core::fmt::{self, Display, Write};

use crate::bytes::{BufferFull, Output};

/// Runs `write` on `out` and returns the number of bytes that it wrote.
pub(crate) fn encode(
    out: &mut [u8],
    write: impl FnOnce(&mut Output<'_>) -> fmt::Result,
) -> Result<usize, BufferFull> {
    let mut output = Output::new(out);
    // The only possible error is a full buffer, because no `Display` implementation here fails.
    write(&mut output).map_err(|fmt::Error| BufferFull)?;
    Ok(output.len())
}

/// Writes an object. Its members are in the order of the calls.
pub(crate) struct Object<'o, 'b> {
    out: &'o mut Output<'b>,
    separator: &'static str,
}

impl<'o, 'b> Object<'o, 'b> {
    pub(crate) fn begin(out: &'o mut Output<'b>) -> Self {
        Self { out, separator: "{" }
    }

    /// Writes the key and returns the writer for its value.
    pub(crate) fn write_key(&mut self, name: &str) -> Result<&mut Output<'b>, fmt::Error> {
        write!(self.out, "{}\"{name}\":", self.separator)?;
        self.separator = ",";
        Ok(self.out)
    }

    /// Writes a number, or no member for `None`.
    pub(crate) fn write_number(&mut self, name: &str, value: Option<impl Display>) -> fmt::Result {
        match value {
            Some(value) => write!(self.write_key(name)?, "{value}"),
            None => Ok(()),
        }
    }

    pub(crate) fn end(self) -> fmt::Result {
        if self.separator == "{" {
            self.out.write_char('{')?;
        }
        self.out.write_char('}')
    }
}

/// Writes an array, each item with `write_item`.
pub(crate) fn write_array<T>(
    out: &mut Output<'_>,
    items: impl IntoIterator<Item = T>,
    mut write_item: impl FnMut(&mut Output<'_>, T) -> fmt::Result,
) -> fmt::Result {
    out.write_char('[')?;
    for (index, value) in items.into_iter().enumerate() {
        if index > 0 {
            out.write_char(',')?;
        }
        write_item(out, value)?;
    }
    out.write_char(']')
}

/// Writes an array of numbers, with `null` for `None`.
pub(crate) fn write_numbers<T: Display>(
    out: &mut Output<'_>,
    items: impl IntoIterator<Item = Option<T>>,
) -> fmt::Result {
    write_array(out, items, |out, value| match value {
        Some(value) => write!(out, "{value}"),
        None => out.write_str("null"),
    })
}

/// Writes a string, escaped as RFC 8259, section 7, requires.
pub(crate) fn write_string(out: &mut Output<'_>, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(out, "\\{character}")?,
            '\0'..='\x1f' => write!(out, "\\u{:04x}", u32::from(character))?,
            _ => out.write_char(character)?,
        }
    }
    out.write_char('"')
}
