//! The bill of materials and the licences of the package.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::{LICENCES, archive, open};
use crate::prerequisites::skip;

/// The bill of materials, if there is a package.
fn bill_of_materials() -> Option<Value> {
    archive()?;
    let Some(path) = std::env::var_os("PACKAGE_BILL_OF_MATERIALS") else {
        skip("cargo-cyclonedx cannot be installed, so there is no bill of materials");
        return None;
    };
    Some(serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
}

/// The SHA-256 digest of every crate of the registry in Cargo.lock, by name and version.
fn locked_crates() -> BTreeMap<(String, String), String> {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap();
    let value = |package: &str, name: &str| {
        let prefix = format!("{name} = \"");
        let line = package.lines().find_map(|line| line.strip_prefix(&prefix))?;
        Some(line.trim_end_matches('"').to_owned())
    };
    let packages = lock.split("[[package]]").skip(1);
    packages
        .filter_map(|package| {
            let id = (value(package, "name")?, value(package, "version")?);
            Some((id, value(package, "checksum")?))
        })
        .collect()
}

fn names(bill: &Value) -> BTreeSet<&str> {
    let components = bill["components"].as_array().unwrap();
    components.iter().map(|component| component["name"].as_str().unwrap()).collect()
}

#[test]
fn the_bill_of_materials_lists_locked_crates_with_their_digests_and_licences() {
    let Some(bill) = bill_of_materials() else { return };
    let locked = locked_crates();
    let mut compared = 0;
    for component in bill["components"].as_array().unwrap() {
        let text = |name: &str| component[name].as_str().unwrap().to_owned();
        let id = (text("name"), text("version"));
        assert!(component.pointer("/licenses/0/expression").is_some(), "{id:?}");
        if id.0.starts_with("cloudsmets-") {
            continue;
        }
        let digest = component.pointer("/hashes/0/content").unwrap();
        assert_eq!(digest, &Value::from(locked[&id].as_str()), "{id:?}");
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn the_bill_of_materials_lists_what_is_linked_and_nothing_else() {
    let Some(bill) = bill_of_materials() else { return };
    assert_eq!(bill["bomFormat"], "CycloneDX");
    assert_eq!(bill.pointer("/metadata/component/name"), Some(&Value::from("cloudsmets")));
    let names = names(&bill);
    for linked in ["axum", "azure_identity", "cloudsmets-protocol", "libsqlite3-sys", "tokio"] {
        assert!(names.contains(linked), "{linked}");
    }
    for other in ["cc", "insta", "proptest", "serde_derive", "syn", "windows-sys", "xtask"] {
        assert!(!names.contains(other), "{other}");
    }
}

#[test]
fn the_licences_name_every_crate_of_the_bill_of_materials() {
    let Some(archive) = archive() else { return };
    let mut licences = String::new();
    open(&archive).by_name(LICENCES).unwrap().read_to_string(&mut licences).unwrap();
    let beside = archive.with_file_name(LICENCES);
    assert_eq!(fs::read_to_string(beside).unwrap(), licences);
    // Each text follows a list of the crates that it applies to.
    let rule = "=".repeat(80);
    let headings: Vec<_> = licences.split(&rule).skip(1).step_by(2).collect();
    let crates: BTreeSet<_> = headings.iter().flat_map(|list| list.trim().split(", ")).collect();
    let Some(bill) = bill_of_materials() else { return };
    for component in bill["components"].as_array().unwrap() {
        let [name, version] = ["name", "version"].map(|name| component[name].as_str().unwrap());
        assert!(crates.contains(format!("{name} {version}").as_str()), "{name} {version}");
    }
}
