//! What the templates and the program must agree on.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::alerts::{BATCH_SUMMARY, DEAD_LETTER_MESSAGE};
use super::combinations::combinations;
use super::stack::evaluate;
use super::templates::StackKind;

const COSMOS_CONTAINERS: &str = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers";

#[test]
fn the_template_creates_the_containers_that_the_store_opens() {
    let stack = evaluate(&StackKind::Owner.template(), &combinations(StackKind::Owner)[0]);
    let created: BTreeSet<_> =
        stack.of_type(COSMOS_CONTAINERS).map(|container| container.last_name()).collect();
    let store = include_str!("../../../src/store/cosmos/account.rs");
    let opened =
        store.lines().filter(|line| line.starts_with("const ") && line.contains(": &str = "));
    let opened: BTreeSet<_> = opened.filter_map(|line| line.split('"').nth(1)).collect();
    assert_eq!(created, opened);
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
fn the_dead_letter_alert_matches_what_the_program_logs() {
    let template = StackKind::Owner.template().to_string();
    assert!(template.contains(DEAD_LETTER_MESSAGE) && template.contains(BATCH_SUMMARY));
    let receiver = include_str!("../../../src/http/mqtt_receiver.rs");
    let logged = format!("{DEAD_LETTER_MESSAGE:?}").replace('\'', "");
    // The level has to pass RUST_LOG, so the macro and the message must be in one statement.
    let warnings = receiver.split("tracing::warn!").skip(1);
    let warns = |rest: &str| rest.split_once(';').is_some_and(|(text, _)| text.contains(&logged));
    assert!(warnings.clone().any(warns), "the receiver does not warn with {logged}");
    let reply = include_str!("../../../src/functions_host/reply.rs");
    let summary = BATCH_SUMMARY.replace('\'', "").replace("([0-9]+)", "{}") + "\"";
    assert!(reply.contains(&summary), "the reply to the host does not contain {summary}");
}

#[test]
fn the_only_key_requested_is_the_service_key_of_the_hub() {
    // All functions that return keys have such names: listKeys, listAccountSas, ..
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
