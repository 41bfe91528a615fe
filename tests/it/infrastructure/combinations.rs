//! The combinations of parameters that the templates are evaluated with.

use serde_json::{Map, Value, json};

use super::templates::StackKind;

/// The parameters that change what is deployed, each with two values.
fn choices(stack_kind: StackKind) -> Vec<(&'static str, [Value; 2])> {
    match stack_kind {
        StackKind::Owner => vec![
            ("ingestion", [json!("builtin"), json!("eventhubs")]),
            ("cosmosMode", [json!("free"), json!("serverless")]),
            ("iotHubSku", [json!("F1"), json!("S1")]),
            ("dashboardClientId", [json!(""), json!("11111111-2222-3333-4444-555555555555")]),
            ("monthlyBudget", [json!(5), json!(0)]),
        ],
        StackKind::Shared => vec![
            ("publishers", [json!(["person", "pipeline"]), json!([])]),
            ("monthlyBudget", [json!(5), json!(0)]),
        ],
    }
}

/// Every combination, and one without a package. The second combination is the opposite of the
/// first in every parameter.
pub(super) fn combinations(stack_kind: StackKind) -> Vec<Map<String, Value>> {
    let choices = choices(stack_kind);
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
fn every_combination_appears_once() {
    assert_eq!(combinations(StackKind::Owner).len(), 33);
    assert_eq!(combinations(StackKind::Shared).len(), 5);
    for stack_kind in StackKind::ALL {
        let all = combinations(stack_kind);
        let distinct: std::collections::HashSet<_> =
            all.iter().map(|parameters| json!(parameters).to_string()).collect();
        assert_eq!(distinct.len(), all.len());
    }
}
