//! The generated parts of documents, such as tables. A part begins with
//! `<!-- generated: NAME -->` and ends with `<!-- end -->`.
//!
//! `cargo xtask docs` runs the tests whose names end in `_is_current` with
//! `UPDATE_DOCS=1`, and they then write instead of comparing.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

const END: &str = "<!-- end -->";

/// Compares a generated part of a document of the project with what it should be, or updates it.
#[track_caller]
pub(crate) fn assert_generated(document: &str, name: &str, expected: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(document);
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        update(&path, name, expected);
        return;
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let (_, found, _) = split(&text, name);
    assert!(
        found == expected,
        "{document}: {name} is out of date: run `cargo xtask docs`\nin the document:\n{found}\n\
         now:\n{expected}"
    );
}

/// Several tests may update one document at the same time, so the file is locked.
fn update(path: &Path, name: &str, expected: &str) {
    let mut file = File::options().read(true).write(true).open(path).unwrap();
    file.lock().unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    let (before, _, after) = split(&text, name);
    let updated = format!("{before}{expected}{after}");
    file.rewind().unwrap();
    file.write_all(updated.as_bytes()).unwrap();
    file.set_len(updated.len().try_into().unwrap()).unwrap();
}

/// The text before, inside and after a generated part. The markers are not part of the inside.
fn split<'a>(text: &'a str, name: &str) -> (&'a str, &'a str, &'a str) {
    let start = format!("<!-- generated: {name} -->\n");
    let at = text.find(&start).unwrap_or_else(|| panic!("there is no {start}")) + start.len();
    let length = text[at..].find(END).unwrap_or_else(|| panic!("{name} has no {END}"));
    (&text[..at], &text[at..at + length], &text[at + length..])
}

#[test]
fn only_the_named_part_of_a_document_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.md");
    let page = |a: &str, b: &str| {
        format!(
            "# Title\n<!-- generated: a -->\n{a}<!-- end -->\n\nText.\n<!-- generated: b -->\n\
             {b}<!-- end -->\n"
        )
    };
    std::fs::write(&path, page("a longer part\n", "second\n")).unwrap();
    update(&path, "a", "new\n");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), page("new\n", "second\n"));
    update(&path, "b", "a part that is longer than it was\n");
    let expected = page("new\n", "a part that is longer than it was\n");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
}
