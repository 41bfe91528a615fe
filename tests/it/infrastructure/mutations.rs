//! Takes everything out of the templates, one thing at a time: each must be missed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::faults::{faults, is_faulty};
use super::rules::SINGLE;
use super::templates::StackKind;

/// Words for people: nothing reads them.
const UNCHECKED: &str = "/comments";

/// JSON pointers of all members and items, to any depth.
pub(super) fn parts(value: &Value, at: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
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
        parts(value, &at, found);
    }
}

/// The template without a part.
fn without(template: &Value, part: &str) -> Value {
    let mut template = template.clone();
    let (parent, name) = part.rsplit_once('/').unwrap();
    match template.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.remove(&name.replace("~1", "/").replace("~0", "~")).unwrap();
        }
        Value::Array(items) => _ = items.remove(name.parse().unwrap()),
        other => panic!("{part}: {other}"),
    }
    template
}

fn missed_by_nobody(stack_kind: StackKind, sections: &[&str]) -> (usize, Vec<String>) {
    let template = stack_kind.template();
    let mut all = Vec::new();
    for section in sections {
        parts(&template[section], &format!("/{section}"), &mut all);
    }
    all.retain(|part| !part.ends_with(UNCHECKED));
    let missed = all.iter().filter(|part| !is_faulty(stack_kind, &without(&template, part)));
    (all.len(), missed.cloned().collect())
}

#[test]
fn nothing_can_be_taken_out_of_the_owners_resources_unnoticed() {
    let (count, missed) = missed_by_nobody(StackKind::Owner, &["resources"]);
    assert!(count > 400, "{count}");
    assert!(missed.is_empty(), "of {count}:\n{}", missed.join("\n"));
}

#[test]
fn nothing_can_be_taken_out_of_the_owners_parameters_settings_or_outputs_unnoticed() {
    let (count, missed) =
        missed_by_nobody(StackKind::Owner, &["parameters", "variables", "outputs"]);
    assert!(count > 150, "{count}");
    assert!(missed.is_empty(), "of {count}:\n{}", missed.join("\n"));
}

#[test]
fn nothing_can_be_taken_out_of_the_shared_stack_unnoticed() {
    let sections = ["resources", "parameters", "variables", "outputs"];
    let (count, missed) = missed_by_nobody(StackKind::Shared, &sections);
    assert!(count > 300, "{count}");
    assert!(missed.is_empty(), "of {count}:\n{}", missed.join("\n"));
}

#[test]
fn no_second_one_of_what_there_is_one_of_goes_unnoticed() {
    for stack_kind in StackKind::ALL {
        let template = stack_kind.template();
        let resources = template["resources"].as_array().unwrap();
        let singles =
            resources.iter().filter(|one| SINGLE.contains(&one["type"].as_str().unwrap()));
        assert!(singles.clone().count() >= 6);
        for single in singles {
            let mut second = single.clone();
            let name = single["name"].as_str().unwrap().trim_matches(['[', ']']);
            second["name"] = json!(format!("[concat({name}, '2')]"));
            let mut doubled = template.clone();
            doubled["resources"].as_array_mut().unwrap().push(second);
            assert!(is_faulty(stack_kind, &doubled), "{stack_kind:?}: {}", single["type"]);
        }
    }
}

/// The owner's template with a change to its resources, and what is wrong then.
fn after(change: impl FnOnce(&mut Vec<Value>)) -> BTreeSet<String> {
    let mut template = StackKind::Owner.template();
    change(template["resources"].as_array_mut().unwrap());
    faults(StackKind::Owner, &template)
}

fn of<'a>(resources: &'a mut [Value], kind: &str) -> &'a mut Value {
    resources.iter_mut().find(|resource| resource["type"] == kind).unwrap()
}

#[track_caller]
fn says(faults: &BTreeSet<String>, part: &str) {
    assert!(faults.iter().any(|fault| fault.contains(part)), "{part:?} is not in {faults:#?}");
}

#[test]
fn what_would_hurt_is_said_in_words() {
    let kind = "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments";
    says(
        &after(|all| all.retain(|resource| resource["type"] != kind)),
        "the database is open to []",
    );

    let mut template = StackKind::Owner.template();
    let settings = template["variables"]["settings"].as_array_mut().unwrap();
    settings.retain(|setting| setting["name"] != "AZURE_CLIENT_ID");
    says(&faults(StackKind::Owner, &template), "AZURE_CLIENT_ID is None");

    let keys = after(|all| {
        of(all, "Microsoft.DocumentDB/databaseAccounts")["properties"]["disableLocalAuth"] =
            json!(false);
    });
    says(&keys, "/properties/disableLocalAuth is Some(Bool(false)) (identities only)");

    let deaf = after(|all| {
        all.retain(|resource| !resource["name"].as_str().unwrap().contains("-dead-letters"));
    });
    says(&deaf, "nobody reads AppTraces");

    let open = after(|all| {
        let auth = of(all, "Microsoft.Web/sites/config");
        auth["properties"]["globalValidation"]
            .as_object_mut()
            .unwrap()
            .remove("requireAuthentication");
    });
    says(&open, "Easy Auth: /globalValidation/requireAuthentication is null, not true");
}

#[test]
fn what_azure_would_refuse_is_said_in_words() {
    let early = after(|all| {
        let hub = of(all, "Microsoft.Devices/IotHubs");
        hub["dependsOn"].as_array_mut().unwrap().retain(|id| id != "[variables('senderRoleId')]");
    });
    says(
        &early,
        "Microsoft.Devices/IotHubs is made before Microsoft.Authorization/roleAssignments",
    );

    let eager = after(|all| {
        let secret = of(all, "Microsoft.KeyVault/vaults/secrets");
        secret["properties"]["value"] = json!(
            "[listKeys(resourceId('Microsoft.EventHub/namespaces', 'x'), '2024-01-01').primaryKey]"
        );
    });
    says(&eager, "which is not deployed then");

    let mut hyphen = StackKind::Shared.template();
    let off = json!({"name": "AzureWebJobs.mqtt-receiver.Disabled", "value": "true"});
    hyphen["variables"]["settings"].as_array_mut().unwrap().push(off);
    says(&faults(StackKind::Shared, &hyphen), "Linux refuses the name");

    let mut spare = StackKind::Owner.template();
    spare["variables"]["settings"][2]["name"] = json!("COSMOS_KEY");
    says(&faults(StackKind::Owner, &spare), "COSMOS_KEY is not a setting of this program");
}
