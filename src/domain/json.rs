//! Messages about invalid JSON that do not quote it.

use serde_json::Error;
use serde_json::error::Category;

/// The kind and position of an error. The error's own message may quote the content, which can be
/// readings or a secret.
#[must_use]
pub fn redacted_message(error: &Error) -> String {
    let what = match error.classify() {
        Category::Data => "a member is missing or has an invalid value",
        Category::Io | Category::Syntax | Category::Eof => "invalid JSON",
    };
    format!("{what}, line {}, column {}", error.line(), error.column())
}
