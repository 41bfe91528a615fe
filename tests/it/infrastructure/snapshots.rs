//! Reviewed snapshots of what the templates deploy: every property of every
//! resource, and the outputs.
//!
//! After an intended change, run `cargo xtask docs` and review the diff of the
//! files in `snapshots/`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::arm_functions::RESOURCE_GROUP;
use super::combinations::combinations;
use super::stack::{Stack, evaluate};
use super::templates::StackKind;

/// Members that only a template has; Azure removes them.
const TEMPLATE_ONLY: [&str; 2] = ["condition", "copy"];

/// The snapshots of a stack by name. In the second one, every parameter that
/// changes what is deployed has its other value.
fn snapshot_parameters(stack_kind: StackKind) -> [(&'static str, Map<String, Value>); 2] {
    let all = combinations(stack_kind);
    let mut opposite = all[1].clone();
    opposite.insert("packageUri".to_owned(), json!(""));
    match stack_kind {
        StackKind::Owner => [("owner-default", all[0].clone()), ("owner-opposite", opposite)],
        StackKind::Shared => [("shared-publishers", all[0].clone()), ("shared-opposite", opposite)],
    }
}

/// What Azure would deploy, in the order of the template.
fn snapshot(template: &Value, parameters: &Map<String, Value>) -> String {
    let Stack { resources, outputs, .. } = evaluate(template, parameters);
    let bodies = resources.into_iter().map(|resource| {
        let mut body = resource.body;
        body.as_object_mut().unwrap().retain(|name, _| !TEMPLATE_ONLY.contains(&name.as_str()));
        body
    });
    let outputs = outputs.into_iter().map(|(name, value)| {
        let kind = &template["outputs"][&name]["type"];
        (name, json!({"type": kind, "value": value}))
    });
    let outputs: Map<_, _> = outputs.collect();
    let all = json!({"resources": bodies.collect::<Vec<_>>(), "outputs": outputs});
    serde_json::to_string_pretty(&all).unwrap().replace(RESOURCE_GROUP, "{group}")
}

fn snapshots(stack_kind: StackKind, template: &Value) -> BTreeMap<&'static str, String> {
    let all = snapshot_parameters(stack_kind);
    all.iter().map(|(name, parameters)| (*name, snapshot(template, parameters))).collect()
}

/// The name ends in `_is_current`, by which `cargo xtask docs` selects it.
#[test]
fn the_snapshot_of_the_deployed_resources_is_current() {
    for stack_kind in StackKind::ALL {
        for (name, found) in snapshots(stack_kind, &stack_kind.template()) {
            insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
                insta::assert_snapshot!(name, found);
            });
        }
    }
}

/// JSON pointers of all members and items below `at`, to any depth.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "comments")
            .map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => return,
    };
    for (name, value) in inner {
        let at = format!("{at}/{name}");
        found.push(at.clone());
        pointers(value, &at, found);
    }
}

fn without(template: &Value, pointer: &str) -> Value {
    let mut template = template.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match template.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.remove(&name.replace("~1", "/").replace("~0", "~")).unwrap();
        }
        Value::Array(items) => _ = items.remove(name.parse().unwrap()),
        other => panic!("{pointer}: {other}"),
    }
    template
}

/// Proves that the chosen parameters are enough to see every part of the templates.
#[test]
fn removing_any_part_of_a_template_changes_a_snapshot() {
    for stack_kind in StackKind::ALL {
        let template = stack_kind.template();
        let mut all = Vec::new();
        for section in ["resources", "variables", "outputs"] {
            pointers(&template[section], &format!("/{section}"), &mut all);
        }
        assert!(all.len() > 300, "{}", all.len());
        let current = snapshots(stack_kind, &template);
        let is_unseen = |pointer: &&String| {
            let changed = without(&template, pointer);
            snapshots(stack_kind, &changed) == current
        };
        let unseen: Vec<_> = all.iter().filter(is_unseen).collect();
        assert!(unseen.is_empty(), "{stack_kind:?}: {unseen:#?}");
    }
}
