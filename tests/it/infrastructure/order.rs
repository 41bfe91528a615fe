//! Names that Azure accepts, and the order of the deployment: each resource is created after the
//! ones that it refers to or needs.

use std::collections::BTreeSet;

use serde_json::Value;

use super::faults::Faults;
use super::stack::{Resource, Stack};
use super::templates::StackKind;

/// The type, the minimum and maximum length of its names, and the characters that are allowed
/// in addition to letters and digits.
const NAME_RULES: [(&str, usize, usize, &str); 9] = [
    ("Microsoft.Devices/IotHubs", 3, 50, "-"),
    ("Microsoft.DocumentDB/databaseAccounts", 3, 44, "-"),
    ("Microsoft.EventHub/namespaces", 6, 50, "-"),
    ("Microsoft.Insights/actionGroups", 1, 260, "-"),
    ("Microsoft.KeyVault/vaults", 3, 24, "-"),
    ("Microsoft.ManagedIdentity/userAssignedIdentities", 3, 128, "-_"),
    ("Microsoft.OperationalInsights/workspaces", 4, 63, "-"),
    ("Microsoft.Storage/storageAccounts", 3, 24, ""),
    // The Functions host distinguishes apps by the first 32 characters.
    ("Microsoft.Web/sites", 2, 32, "-"),
];

const COSMOS_CONTAINERS: &str = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers";

/// What has to exist before the program starts, in addition to its site.
const REQUIRED_BEFORE_PROGRAM: [&str; 7] = [
    "Microsoft.Authorization/roleAssignments",
    "Microsoft.Devices/IotHubs/eventHubEndpoints/ConsumerGroups",
    COSMOS_CONTAINERS,
    "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments",
    "Microsoft.KeyVault/vaults/secrets",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies",
    "Microsoft.Web/sites/config",
];

/// What the platform reads when it creates the site: the package's container and the secret in
/// the settings. The roles to read them are needed too.
const REQUIRED_BEFORE_SITE: [&str; 2] = [
    "Microsoft.Storage/storageAccounts/blobServices/containers",
    "Microsoft.KeyVault/vaults/secrets",
];
const EVENT_HUBS_DATA_SENDER: &str = "2b629674-e913-4c01-ae53-ef4638d8f975";
const STORAGE_BLOB_DATA_CONTRIBUTOR: &str = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const KEY_VAULT_SECRETS_USER: &str = "4633458b-17de-408a-b874-0445c86b69e6";
const STORAGE_BLOB_DATA_OWNER: &str = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";

pub(super) fn check(_: StackKind, stack: &Stack, faults: &mut Faults) {
    let ids: BTreeSet<_> = stack.resources.iter().map(|resource| &resource.id).collect();
    faults.unless(ids.len() == stack.resources.len(), || {
        "two resources have the same name".to_owned()
    });
    for resource in &stack.resources {
        check_name(resource, faults);
        check_dependencies(stack, resource, faults);
        let roles = || stack.of_type("Microsoft.Authorization/roleAssignments");
        let databases = || stack.of_type("Microsoft.DocumentDB/databaseAccounts/sqlDatabases");
        let waits_for: Vec<&Resource> = match resource.kind.as_str() {
            // The role of the hub's identity, and the minutes until the role takes effect.
            "Microsoft.Devices/IotHubs" if !stack.has_parameter("ingestion", "builtin") => roles()
                .filter(|role| assigns_role(role, EVENT_HUBS_DATA_SENDER))
                .chain(databases())
                .collect(),
            // Creating it locks the account, and Azure would refuse the others.
            "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments" => {
                databases().chain(stack.of_type(COSMOS_CONTAINERS)).collect()
            }
            "Microsoft.Web/sites" => {
                let parts = REQUIRED_BEFORE_SITE.iter().flat_map(|kind| stack.of_type(kind));
                let parts = parts.filter(|part| part.last_name() != "$web");
                let assignments = roles().filter(|role| {
                    assigns_role(role, KEY_VAULT_SECRETS_USER)
                        || assigns_role(role, STORAGE_BLOB_DATA_OWNER)
                });
                parts.chain(assignments).collect()
            }
            "Microsoft.Web/sites/extensions" => {
                let parts = REQUIRED_BEFORE_PROGRAM.iter().flat_map(|kind| stack.of_type(kind));
                parts.filter(|part| !assigns_role(part, STORAGE_BLOB_DATA_CONTRIBUTOR)).collect()
            }
            _ => continue,
        };
        let dependencies = transitive_dependencies(stack, resource);
        for other in waits_for {
            faults.unless(dependencies.contains(&other.id), || {
                format!("{} does not wait for {} {}", resource.kind, other.kind, other.name)
            });
        }
    }
    for site in stack.of_type("Microsoft.Web/sites") {
        check_changes_are_serialized(stack, site, faults);
    }
}

fn assigns_role(assignment: &Resource, role: &str) -> bool {
    assignment.property("/roleDefinitionId").as_str().is_some_and(|id| id.ends_with(role))
}

fn check_name(resource: &Resource, faults: &mut Faults) {
    let Resource { kind, name, .. } = resource;
    let Some((_, min_length, max_length, punctuation)) =
        NAME_RULES.iter().find(|(named, ..)| named == kind)
    else {
        return;
    };
    let is_known =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || punctuation.contains(c);
    let is_valid = (*min_length..=*max_length).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(is_known)
        && !name.contains("--");
    faults.unless(is_valid, || format!("{name} is not a valid name of {kind}"));
    // Names are globally unique, so each contains the hash of the resource group.
    let is_unique = name.contains(|c: char| c.is_ascii_digit());
    faults.unless(is_unique, || {
        format!("{kind} {name} may clash with the name in another subscription")
    });
}

/// The ids of all resources that are created before this one.
fn transitive_dependencies(stack: &Stack, resource: &Resource) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next = resource.depends_on.clone();
    while let Some(id) = next.pop() {
        if let Some(other) = stack.by_id(&id)
            && found.insert(id)
        {
            next.extend(other.depends_on.iter().cloned());
        }
    }
    found
}

fn check_dependencies(stack: &Stack, resource: &Resource, faults: &mut Faults) {
    let Resource { kind, name, .. } = resource;
    for id in &resource.depends_on {
        faults.unless(stack.declared.contains(id), || {
            format!("{kind} {name} waits for {id}, which does not exist")
        });
    }
    let mut texts = Vec::new();
    collect_texts(&resource.body, &mut texts);
    texts.retain(|text| text.contains("/providers/"));
    let others = || stack.resources.iter().filter(|other| other.id != resource.id);
    let ancestors = others()
        .filter(|ancestor| resource.scope.is_none() && is_child(&resource.id, &ancestor.id));
    let parent = ancestors.max_by_key(|ancestor| ancestor.id.len()).map(|parent| &parent.id);
    for Resource { id, .. } in others() {
        // A direct dependency is required, even where a transitive one exists today.
        let is_named = texts.iter().any(|text| refers_to(text, id, false));
        faults
            .unless(resource.depends_on.contains(id) || !(is_named || parent == Some(id)), || {
                format!("{kind} {name} does not wait for {id}")
            });
    }
    for text in texts.iter().filter(|text| text.starts_with(super::arm_functions::RESOURCE_GROUP)) {
        let is_known = stack.resources.iter().any(|other| refers_to(text, &other.id, true));
        faults.unless(is_known, || format!("{kind} {name} refers to {text}, which does not exist"));
    }
}

/// Resources that change the same site must not be created concurrently.
fn check_changes_are_serialized(stack: &Stack, site: &Resource, faults: &mut Faults) {
    let parts: Vec<_> =
        stack.resources.iter().filter(|part| is_child(&part.id, &site.id)).collect();
    for (index, part) in parts.iter().enumerate() {
        for other in &parts[index + 1..] {
            let is_ordered = transitive_dependencies(stack, part).contains(&other.id)
                || transitive_dependencies(stack, other).contains(&part.id);
            faults.unless(is_ordered, || {
                format!("{} and {} are created concurrently", part.name, other.name)
            });
        }
    }
}

fn is_child(id: &str, whole: &str) -> bool {
    id.strip_prefix(whole).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a string contains an id or, if `or_below` is set, the id of a child.
fn refers_to(text: &str, id: &str, or_below: bool) -> bool {
    let continues = |c: char| c.is_ascii_alphanumeric() || c == '-' || (c == '/' && !or_below);
    text.match_indices(id).any(|(at, _)| !text[at + id.len()..].starts_with(continues))
}

fn collect_texts<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| *name != "dependsOn") {
                texts.push(name);
                collect_texts(value, texts);
            }
        }
        _ => {}
    }
}
