//! The static web site of the releases.

use serde_json::{Value, json};

use super::combinations::combinations;
use super::stack::evaluate;
use super::templates::StackKind;

/// The settings of the blob service that contains the web site.
fn blob_service() -> Value {
    let stack = evaluate(&StackKind::Shared.template(), &combinations(StackKind::Shared)[0]);
    let service = stack.single("Microsoft.Storage/storageAccounts/blobServices").unwrap();
    service.property("").clone()
}

/// Updaters that verify nothing would install a page that is served instead of a missing image. Azure may
/// serve the page at `defaultIndexDocumentPath` for any path, and its error page only with status 404.
#[test]
fn a_missing_file_is_never_answered_with_a_page() {
    let site = &blob_service()["staticWebsite"];
    assert_eq!(site["enabled"], true);
    assert_eq!(site["defaultIndexDocumentPath"], Value::Null);
}

#[test]
fn other_web_sites_may_only_read() {
    let rules = &blob_service()["cors"]["corsRules"];
    assert_eq!(rules.as_array().unwrap().len(), 1);
    assert_eq!(rules[0]["allowedOrigins"], json!(["*"]));
    for method in rules[0]["allowedMethods"].as_array().unwrap() {
        assert!([json!("GET"), json!("HEAD"), json!("OPTIONS")].contains(method), "{method}");
    }
    // Partial downloads need the first, and comparing a download with its version the second.
    let contains =
        |name: &str, header: &str| rules[0][name].as_array().unwrap().contains(&json!(header));
    assert!(contains("allowedHeaders", "Range") && contains("exposedHeaders", "Content-Range"));
    assert!(contains("allowedHeaders", "If-None-Match") && contains("exposedHeaders", "ETag"));
}
