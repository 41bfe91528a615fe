//! Stored documents: a document survives writing and reading.

#![no_main]

use cloudsmets::domain::document::{Document, DocumentKind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for kind in [DocumentKind::Home, DocumentKind::Day, DocumentKind::Month] {
        let Ok(document) = Document::from_json(kind, data) else { continue };
        let written = document.to_json().expect("JSON of a document that was read");
        let again = Document::from_json(kind, &written).expect("a document just written");
        assert_eq!(again, document);
        assert_eq!(again.to_json().expect("the same JSON"), written);
    }
});
