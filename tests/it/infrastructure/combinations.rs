//! The parameters that a template is evaluated with.

use serde_json::{Map, Value, json};

use super::templates::Which;

/// Parameters that change what is deployed, with the values that do.
fn choices(which: Which) -> Vec<(&'static str, [Value; 2])> {
    match which {
        Which::Owner => vec![
            ("ingestion", [json!("builtin"), json!("eventhubs")]),
            ("cosmosMode", [json!("free"), json!("serverless")]),
            ("iotHubSku", [json!("F1"), json!("S1")]),
            ("dashboardClientId", [json!(""), json!("11111111-2222-3333-4444-555555555555")]),
            ("monthlyBudget", [json!(5), json!(0)]),
        ],
        Which::Shared => vec![
            ("publishers", [json!(["person", "pipeline"]), json!([])]),
            ("monthlyBudget", [json!(5), json!(0)]),
        ],
    }
}

/// Every combination, opposites next to each other so that the first few
/// differ most; and once without a package.
pub(super) fn combinations(which: Which) -> Vec<Map<String, Value>> {
    let choices = choices(which);
    let count = 1_usize << choices.len();
    let opposites = (0..count / 2).flat_map(|number| [number, count - 1 - number]);
    let chosen = opposites.map(|number| {
        let values = choices.iter().enumerate();
        let mut parameters: Map<_, _> = values
            .map(|(bit, (name, values))| ((*name).to_owned(), values[number >> bit & 1].clone()))
            .collect();
        parameters.insert("alertEmail".to_owned(), json!("owner@example.org"));
        parameters
    });
    let mut all: Vec<_> = chosen.collect();
    let mut without_package = all[0].clone();
    without_package.insert("packageUri".to_owned(), json!(""));
    all.push(without_package);
    all
}

#[test]
fn every_combination_is_there_once() {
    assert_eq!(combinations(Which::Owner).len(), 33);
    assert_eq!(combinations(Which::Shared).len(), 5);
    for which in Which::BOTH {
        let all = combinations(which);
        let different: std::collections::HashSet<_> =
            all.iter().map(|parameters| json!(parameters).to_string()).collect();
        assert_eq!(different.len(), all.len());
    }
}
