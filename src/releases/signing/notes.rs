//! Release notes: plain text that devices, web pages and terminals show.

use crate::domain::text::is_control;

/// The maximum size of the notes in bytes.
pub const MAX_NOTES_SIZE: usize = 64 << 10;

/// The reason why a text cannot be release notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotesProblem {
    #[error("the notes are not UTF-8")]
    NotUtf8,
    #[error("the notes have {0} bytes; the maximum is {MAX_NOTES_SIZE}")]
    TooLong(usize),
    #[error("line {line} of the notes contains the control character U+{:04X}", u32::from(*.character))]
    ControlCharacter { line: usize, character: char },
}

/// Reads notes. Converts CRLF to LF and removes white space at the end.
///
/// # Errors
/// [`NotesProblem`] if the file cannot be release notes.
pub fn parse_notes(file: &[u8]) -> Result<String, NotesProblem> {
    let text = std::str::from_utf8(file).map_err(|_| NotesProblem::NotUtf8)?;
    let notes = text.replace("\r\n", "\n").trim_end().to_owned();
    check_notes(&notes)?;
    Ok(notes)
}

/// Line feeds and tabs are the only control characters that notes may contain.
pub(super) fn check_notes(notes: &str) -> Result<(), NotesProblem> {
    if notes.len() > MAX_NOTES_SIZE {
        return Err(NotesProblem::TooLong(notes.len()));
    }
    for (index, line) in notes.split('\n').enumerate() {
        if let Some(character) = line.chars().find(|c| is_control(*c) && *c != '\t') {
            return Err(NotesProblem::ControlCharacter { line: index + 1, character });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crlf_becomes_lf_and_other_control_characters_are_refused() {
        assert_eq!(parse_notes("a\tb\r\n\r\nü\r\n".as_bytes()).as_deref(), Ok("a\tb\n\nü"));
        for (notes, line, character) in
            [("a\rb", 1, '\r'), ("a\n\u{1b}[2J", 2, '\u{1b}'), ("\n\na\u{202e}", 3, '\u{202e}')]
        {
            let expected = Err(NotesProblem::ControlCharacter { line, character });
            assert_eq!(parse_notes(notes.as_bytes()), expected, "{notes:?}");
        }
    }

    #[test]
    fn notes_of_the_maximum_size_are_accepted_and_longer_ones_refused() {
        let notes = "x".repeat(MAX_NOTES_SIZE);
        assert_eq!(parse_notes(notes.as_bytes()).as_ref(), Ok(&notes));
        let longer = notes + "x";
        let expected = Err(NotesProblem::TooLong(MAX_NOTES_SIZE + 1));
        assert_eq!(parse_notes(longer.as_bytes()), expected);
        assert_eq!(parse_notes(b"\xff"), Err(NotesProblem::NotUtf8));
    }
}
