//! Escapes the values in templates. `askama.toml` names this escaper, so no page can omit it.

use std::fmt;

use askama::filters::{Escaper, Html};

use crate::domain::text::printable;

/// Escapes HTML after it has replaced control characters, including those that reverse the direction
/// of text: names and versions from devices may contain any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PrintableHtml;

impl Escaper for PrintableHtml {
    fn write_escaped_str<W: fmt::Write>(&self, output: W, text: &str) -> fmt::Result {
        Html.write_escaped_str(output, &printable(text))
    }
}
