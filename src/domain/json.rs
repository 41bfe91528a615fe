//! What is wrong with JSON, told without a word of it.

use serde_json::Error;
use serde_json::error::Category;

/// The kind of fault and where it is. The error's own words may quote what
/// stands there, which is somebody's reading, or worse.
#[must_use]
pub fn redacted_message(error: &Error) -> String {
    let what = match error.classify() {
        Category::Data => "something else or nothing is where a member should be",
        Category::Io | Category::Syntax | Category::Eof => "no JSON",
    };
    format!("{what}, line {}, column {}", error.line(), error.column())
}
