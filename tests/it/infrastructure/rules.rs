//! What every resource of a type says, whatever the parameters.

mod table;
mod versions;

use serde_json::{Value, json};

use super::faults::Faults;
use super::stack::Stack;
use super::templates::StackKind;
use table::{
    Be::{Absent, IdOf, Json, Named, There},
    RULES,
};
use versions::VERSIONS;

/// Resources that a stack has one of: a second one costs money, or holds what nothing looks after.
pub(super) const SINGLE: [&str; 11] = [
    "Microsoft.Consumption/budgets",
    "Microsoft.Devices/IotHubs",
    "Microsoft.DocumentDB/databaseAccounts",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
    "Microsoft.EventHub/namespaces",
    "Microsoft.Insights/actionGroups",
    "Microsoft.Insights/components",
    "Microsoft.KeyVault/vaults",
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.Web/serverfarms",
    "Microsoft.Web/sites",
];

pub(super) fn check(_: StackKind, stack: &Stack, faults: &mut Faults) {
    for kind in SINGLE {
        let count = stack.of_type(kind).count();
        faults.unless(count <= 1, || format!("there are {count} {kind}"));
    }
    for resource in &stack.resources {
        let kind = &resource.kind;
        let version = VERSIONS.iter().find(|(of, _)| of == kind).map(|(_, version)| *version);
        let found = resource.body["apiVersion"].as_str();
        faults.unless(version.is_some() && found == version, || {
            format!("{kind} is asked by {found:?}, not {version:?}")
        });
        for (_, path, be, why) in RULES.iter().filter(|(kind, ..)| *kind == resource.kind) {
            let found = resource.body.pointer(path);
            let is_valid = match be {
                Json(expected) => found.is_some_and(|found| *found == json_of(expected)),
                There => found.is_some_and(|found| found.as_str() != Some("")),
                Absent => found.is_none(),
                IdOf(kind) => found
                    .and_then(Value::as_str)
                    .is_some_and(|id| stack.by_id(id).is_some_and(|other| other.kind == *kind)),
                Named => found.is_some_and(|found| *found == json!(resource.last_name())),
            };
            faults.unless(is_valid, || {
                format!("{} {}: {path} is {found:?} ({why})", resource.kind, resource.name)
            });
        }
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
