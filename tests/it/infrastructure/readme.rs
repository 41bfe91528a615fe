//! The page about the infrastructure: it names every role, setting and file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::templates::{StackKind, read_text};

#[test]
fn the_infrastructure_readme_names_every_role_setting_and_file() {
    let page = read_text("infra/README.md");
    for stack_kind in StackKind::ALL {
        let template = stack_kind.template();
        let variables = &template["variables"];
        for (role, id) in variables["roles"].as_object().unwrap() {
            assert!(
                page.contains(&format!("`{}`", id.as_str().unwrap())),
                "{stack_kind:?}: {role}"
            );
        }
        let lists = ["settings", "builtinSettings", "eventHubsSettings"];
        let settings = lists.iter().filter_map(|list| variables[list].as_array()).flatten();
        for name in settings.map(|setting| setting["name"].as_str().unwrap()) {
            // Settings of one thing are named once, then by their ends.
            let (thing, end) =
                name.split_once("__").map_or((name, ""), |(thing, end)| (thing, end));
            let is_named = thing.starts_with("APPLICATIONINSIGHTS_") || page.contains(thing);
            assert!(is_named && page.contains(end.trim_start_matches("functions")), "{name}");
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(stack_kind.folder());
        for file in fs::read_dir(folder).unwrap() {
            let file = file.unwrap().file_name().into_string().unwrap();
            assert!(page.contains(&format!("/{file}`")), "{stack_kind:?}: {file}");
        }
    }
}

#[test]
fn every_function_is_deployed_by_a_stack() {
    let root = fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap().map(Result::unwrap);
    let folders = root.filter(|entry| entry.path().join("function.json").exists());
    let existing: BTreeSet<_> =
        folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    let deployed = StackKind::ALL.iter().flat_map(|stack_kind| stack_kind.functions().iter());
    assert_eq!(existing, deployed.map(|name| (*name).to_owned()).collect());
}

#[test]
fn the_only_key_requested_is_the_service_key_of_the_hub() {
    // All functions that give keys are named so: listKeys, listAccountSas, ..
    let key_requests = |template: &Value| {
        let text = template.to_string();
        let calls = text.match_indices("list").map(|(at, word)| &text[at + word.len()..]);
        calls.filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())).count()
    };
    let template = StackKind::Owner.template();
    assert_eq!((key_requests(&template), key_requests(&StackKind::Shared.template())), (1, 0));
    let policies = template["variables"]["hubPolicies"].as_array().unwrap();
    let rights: Vec<_> = policies.iter().map(|policy| &policy["rights"]).collect();
    assert_eq!(rights, [&Value::from("ServiceConnect")]);
}
