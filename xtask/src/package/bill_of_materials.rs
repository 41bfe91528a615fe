//! The software bill of materials of the program, in the format `CycloneDX`.
//!
//! cargo-cyclonedx describes the crates of Cargo.lock that the program may contain. Those that are not
//! linked are removed here: macros, and dependencies of features that are off. What depends on the build
//! machine is removed too, so that the same sources give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};
use serde_json::Value;

use super::crates::{self, CrateId, TARGET};
use crate::program::{cargo, root, run};

/// The name of the file.
pub(super) const FILE: &str = "cloudsmets.cdx.json";

/// Describes the linked crates with cargo-cyclonedx, which has to be installed. Checks that each appears
/// once, with its version and licence.
///
/// # Errors
/// If cargo-cyclonedx fails or a crate is missing.
pub(super) fn make(linked: &BTreeMap<CrateId, String>) -> anyhow::Result<String> {
    let generated = generate()?;
    let mut bill: Value = serde_json::from_str(&generated).context("cargo-cyclonedx")?;
    reduce(&mut bill, linked)?;
    check(&bill, linked)?;
    Ok(serde_json::to_string_pretty(&bill)? + "\n")
}

/// cargo-cyclonedx writes a file for each program of the workspace, next to its manifest.
fn generate() -> anyhow::Result<String> {
    let mut command = cargo(["cyclonedx", "--format", "json", "--spec-version", "1.5"]);
    command.args(["--describe", "binaries", "--no-build-deps", "--target", TARGET, "--quiet"]);
    // Without this variable, the file contains a random number.
    let done = run(command.env("SOURCE_DATE_EPOCH", "0"));
    let generated = fs::read_to_string(root().join("cloudsmets_bin.cdx.json"));
    for file in generated_files()? {
        fs::remove_file(&file).with_context(|| file.display().to_string())?;
    }
    done?;
    generated.context("cargo-cyclonedx has not described the program")
}

fn generated_files() -> anyhow::Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    for folder in crates::source_folders()?.values().filter(|folder| folder.starts_with(root())) {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.to_string_lossy().ends_with("_bin.cdx.json") {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

/// Removes what is not linked, the time, and the paths of the build machine.
fn reduce(bill: &mut Value, linked: &BTreeMap<CrateId, String>) -> anyhow::Result<()> {
    if let Some(metadata) = bill["metadata"].as_object_mut() {
        metadata.remove("timestamp");
    }
    let mut renamed = BTreeMap::new();
    rename(&mut bill["metadata"]["component"], &mut renamed)?;
    let components = bill["components"].as_array_mut().context("there are no components")?;
    components.retain(|component| id(component).is_some_and(|id| linked.contains_key(&id)));
    for component in components {
        rename(component, &mut renamed)?;
    }
    let dependencies = bill["dependencies"].as_array_mut().context("there are no dependencies")?;
    dependencies.retain_mut(|dependency| replace(&mut dependency["ref"], &renamed));
    for dependency in dependencies {
        if let Some(references) = dependency.get_mut("dependsOn").and_then(Value::as_array_mut) {
            references.retain_mut(|reference| replace(reference, &renamed));
        }
    }
    Ok(())
}

/// Names a component by its package URL, in place of a name that may contain a path.
fn rename(component: &mut Value, renamed: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    let CrateId { name, version } = id(component).context("a component has no name")?;
    let url = format!("pkg:cargo/{name}@{version}");
    let old = component["bom-ref"].as_str().with_context(|| format!("{name} has no bom-ref"))?;
    renamed.insert(old.to_owned(), url.clone());
    component["bom-ref"] = url.clone().into();
    component["purl"] = url.into();
    Ok(())
}

/// Replaces a reference by the new name of its component. Returns whether there is one.
fn replace(reference: &mut Value, renamed: &BTreeMap<String, String>) -> bool {
    let new = reference.as_str().and_then(|old| renamed.get(old));
    let is_known = new.is_some();
    if let Some(new) = new {
        *reference = new.clone().into();
    }
    is_known
}

fn id(component: &Value) -> Option<CrateId> {
    let text = |name: &str| component[name].as_str().map(str::to_owned);
    Some(CrateId { name: text("name")?, version: text("version")? })
}

fn check(bill: &Value, linked: &BTreeMap<CrateId, String>) -> anyhow::Result<()> {
    let listed = bill["components"].as_array().into_iter().flatten();
    let mut seen = BTreeSet::new();
    for component in listed.chain([&bill["metadata"]["component"]]) {
        let id = id(component).context("a component has no name")?;
        if component["licenses"].as_array().is_none_or(Vec::is_empty) {
            bail!("the bill of materials has no licence of {id}");
        }
        if !seen.insert(id.clone()) {
            bail!("the bill of materials lists {id} twice");
        }
    }
    match linked.keys().find(|id| !seen.contains(id)) {
        Some(missing) => bail!("the bill of materials does not list {missing}"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::{CrateId, check, reduce};

    fn linked(names: &[&str]) -> BTreeMap<CrateId, String> {
        let id = |name: &&str| CrateId { name: (*name).to_owned(), version: "1.0.0".to_owned() };
        names.iter().map(|name| (id(name), "MIT".to_owned())).collect()
    }

    fn component(name: &str, reference: &str) -> serde_json::Value {
        let licences = json!([{ "expression": "MIT" }]);
        json!({ "bom-ref": reference, "name": name, "version": "1.0.0", "licenses": licences })
    }

    #[test]
    fn only_linked_crates_remain_and_paths_do_not() {
        let mut bill = json!({
            "metadata": {
                "timestamp": "1970-01-01T00:00:00Z",
                "component": component("program", "path+file:///home/me#program"),
            },
            "components": [component("macro", "registry#macro"), component("used", "registry#used")],
            "dependencies": [
                { "ref": "path+file:///home/me#program", "dependsOn": ["registry#macro", "registry#used"] },
                { "ref": "registry#macro" },
                { "ref": "registry#used" },
            ],
        });
        let linked = linked(&["program", "used"]);
        reduce(&mut bill, &linked).unwrap();
        check(&bill, &linked).unwrap();
        assert_eq!(bill["components"].as_array().unwrap().len(), 1);
        assert_eq!(
            bill["dependencies"],
            json!([
                { "ref": "pkg:cargo/program@1.0.0", "dependsOn": ["pkg:cargo/used@1.0.0"] },
                { "ref": "pkg:cargo/used@1.0.0" },
            ])
        );
        assert!(!bill.to_string().contains("home") && !bill.to_string().contains("1970"));
    }

    #[test]
    fn a_missing_or_repeated_crate_and_a_missing_licence_are_errors() {
        let bill = |components: &[serde_json::Value]| json!({ "metadata": { "component": component("program", "p") }, "components": components });
        let used = component("used", "u");
        let linked = linked(&["program", "used"]);
        assert!(check(&bill(std::slice::from_ref(&used)), &linked).is_ok());
        assert!(check(&bill(&[]), &linked).is_err());
        assert!(check(&bill(&[used.clone(), used.clone()]), &linked).is_err());
        let mut without = used;
        without["licenses"] = json!([]);
        assert!(check(&bill(&[without]), &linked).is_err());
    }
}
