//! The parameters of a template: each has a description, and the defaults cost nothing.

use serde_json::{Map, Value};

use super::faults::Faults;

/// The parameters that only the person who deploys knows.
const WITHOUT_DEFAULT: [&str; 1] = ["alertEmail"];

/// The parameters with a closed list of values.
const CHOICES: [(&str, &[&str]); 3] = [
    ("ingestion", &["builtin", "eventhubs"]),
    ("iotHubSku", &["F1", "S1"]),
    ("cosmosMode", &["free", "serverless"]),
];

pub(super) fn faults(template: &Value) -> Vec<String> {
    let mut faults = Faults::default();
    let schema = template["$schema"].as_str().unwrap_or_default();
    faults.unless(schema.ends_with("/deploymentTemplate.json#"), || "no $schema".to_owned());
    faults.unless(template["contentVersion"].is_string(), || "no contentVersion".to_owned());
    for (name, parameter) in template["parameters"].as_object().unwrap_or(&Map::new()) {
        let description = parameter.pointer("/metadata/description").and_then(Value::as_str);
        faults.unless(description.is_some_and(|description| description.len() > 10), || {
            format!("parameter {name} has no description")
        });
        faults.unless(parameter["type"].is_string(), || format!("parameter {name} has no type"));
        let is_required = parameter.get("defaultValue").is_none();
        faults.unless(is_required == WITHOUT_DEFAULT.contains(&name.as_str()), || {
            format!("parameter {name}: only {WITHOUT_DEFAULT:?} may have no default")
        });
        let choices = CHOICES.iter().find(|(choice, _)| choice == name);
        if let Some((_, values)) = choices {
            let allowed = parameter["allowedValues"].as_array().cloned().unwrap_or_default();
            // The value that is free of charge is the default.
            faults.unless(allowed == *values && parameter["defaultValue"] == values[0], || {
                format!("parameter {name} must be one of {values:?} and default to the first")
            });
        }
    }
    for name in ["name", "alertEmail"] {
        let min_length = &template["parameters"][name]["minLength"];
        faults.unless(min_length.as_u64() >= Some(3), || {
            format!("parameter {name} may be too short")
        });
    }
    for (name, output) in template["outputs"].as_object().unwrap_or(&Map::new()) {
        faults.unless(output["type"] == "string", || format!("output {name} has no type"));
    }
    let text = template.to_string();
    for kind in ["parameters", "variables"] {
        for name in template[kind].as_object().into_iter().flat_map(Map::keys) {
            let is_used = text.contains(&format!("{kind}('{name}')"));
            faults.unless(is_used, || format!("{kind}: {name} is unused"));
        }
    }
    let budget = &template["parameters"]["monthlyBudget"];
    faults.unless(budget["minValue"] == 0, || "monthlyBudget may be negative".to_owned());
    let max_length = &template["parameters"]["name"]["maxLength"];
    // The short name of an action group has at most 12 characters.
    faults.unless(max_length.as_u64() <= Some(12), || "parameter name may be too long".to_owned());
    faults.unless(!max_length.is_null(), || "parameter name has no maximum length".to_owned());
    faults.0
}
