//! The faults of a template, as sentences.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::combinations::combinations;
use super::stack::{Stack, evaluate};
use super::templates::StackKind;
use super::{alerts, order, outputs, parameters, roles, settings, trigger};

/// Sentences about faults.
#[derive(Debug, Default)]
pub(super) struct Faults(pub Vec<String>);

impl Faults {
    /// Adds the sentence unless the condition holds.
    pub(super) fn unless(&mut self, is_valid: bool, fault: impl FnOnce() -> String) {
        if !is_valid {
            self.0.push(fault());
        }
    }
}

/// The faults of a template in all combinations of parameters, without duplicates.
fn faults(stack_kind: StackKind, template: &Value) -> BTreeSet<String> {
    let combinations = combinations(stack_kind);
    let of_stacks = combinations.iter().flat_map(|given| of_stack(stack_kind, template, given));
    parameters::faults(template).into_iter().chain(of_stacks).collect()
}

fn of_stack(stack_kind: StackKind, template: &Value, given: &Map<String, Value>) -> Vec<String> {
    let stack = evaluate(template, given);
    let mut faults = Faults(stack.faults.clone());
    let checks: [fn(StackKind, &Stack, &mut Faults); 6] = [
        order::check,
        roles::check,
        settings::check,
        trigger::check,
        alerts::check,
        outputs::check,
    ];
    for check in checks {
        check(stack_kind, &stack, &mut faults);
    }
    faults.0
}

#[test]
fn the_templates_have_no_faults_in_any_combination_of_parameters() {
    for stack_kind in StackKind::ALL {
        let faults = faults(stack_kind, &stack_kind.template());
        assert!(faults.is_empty(), "{stack_kind:?}:\n{}", Vec::from_iter(faults).join("\n"));
    }
}

/// The faults after a change to the owner's template.
fn faults_after(change: impl FnOnce(&mut Value)) -> BTreeSet<String> {
    let mut template = StackKind::Owner.template();
    change(&mut template);
    faults(StackKind::Owner, &template)
}

fn resource<'a>(template: &'a mut Value, kind: &str) -> &'a mut Value {
    let resources = template["resources"].as_array_mut().unwrap();
    resources.iter_mut().find(|resource| resource["type"] == kind).unwrap()
}

#[track_caller]
fn assert_has(faults: &BTreeSet<String>, sentence: &str) {
    assert!(faults.iter().any(|fault| fault.contains(sentence)), "{sentence:?}: {faults:#?}");
}

#[test]
fn missing_roles_settings_and_references_are_reported() {
    let database_role = "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments";
    let closed = faults_after(|template| {
        let resources = template["resources"].as_array_mut().unwrap();
        resources.retain(|resource| resource["type"] != database_role);
    });
    assert_has(&closed, "the roles on the database are [], not");

    let unnamed = faults_after(|template| {
        let settings = template["variables"]["settings"].as_array_mut().unwrap();
        settings.retain(|setting| setting["name"] != "COSMOS_ENDPOINT");
    });
    assert_has(&unnamed, "COSMOS_ENDPOINT has to be set");

    let spare = faults_after(|template| {
        template["variables"]["settings"][2]["name"] = json!("COSMOS_KEY");
    });
    assert_has(&spare, "COSMOS_KEY is not a setting of this program");

    let hyphen = faults_after(|template| {
        let off = json!({"name": "AzureWebJobs.latest-version.Disabled", "value": "true"});
        template["variables"]["settings"].as_array_mut().unwrap().push(off);
    });
    assert_has(&hyphen, "Linux refuses the name");

    let leak = faults_after(|template| {
        let hub = "listKeys(variables('hubId'), '2023-06-30')";
        template["variables"]["settings"][2]["value"] = json!("{clientId}");
        template["outputs"]["IOT_HUB_HOST"]["value"] = json!(format!("[{hub}.value]"));
    });
    assert_has(&leak, "output IOT_HUB_HOST contains a secret");

    let silent = faults_after(|template| {
        let alert = resource(template, "Microsoft.Insights/metricAlerts");
        alert["properties"]["actions"] = json!([]);
    });
    assert_has(&silent, "notifies no action group");
}

#[test]
fn what_azure_would_refuse_is_reported() {
    let early = faults_after(|template| {
        let hub = resource(template, "Microsoft.Devices/IotHubs");
        hub["dependsOn"].as_array_mut().unwrap().retain(|id| id != "[variables('senderRoleId')]");
    });
    let early_hub = "Microsoft.Devices/IotHubs does not wait for Microsoft.Authorization/role";
    assert_has(&early, early_hub);

    let eager = faults_after(|template| {
        let secret = resource(template, "Microsoft.KeyVault/vaults/secrets");
        secret["properties"]["value"] = json!(
            "[listKeys(resourceId('Microsoft.EventHub/namespaces', 'x'), '2024-01-01').primaryKey]"
        );
    });
    assert_has(&eager, "which is not deployed with these parameters");
}
