//! Checks the deployed resources against Azure's own definitions with an offline checker in
//! `../shared`.

use std::fs;
use std::process::Command;

use serde_json::{Map, Value, json};

use super::combinations::combinations;
use super::stack::evaluate;
use super::templates::StackKind;
use crate::prerequisites::shared_file;

/// Members that only a template has; Azure removes them.
const TEMPLATE_ONLY: [&str; 3] = ["condition", "copy", "dependsOn"];

/// The request that Azure would get: without parameters, expressions and conditional resources
/// that are not deployed.
fn deployment_request(template: &Value, given: &Map<String, Value>) -> Value {
    let resources = evaluate(template, given).resources.into_iter().map(|resource| {
        let mut body = resource.body;
        let members = body.as_object_mut().unwrap();
        members.retain(|name, _| !TEMPLATE_ONLY.contains(&name.as_str()));
        // The definitions name a child resource by the last segment of its name.
        let name = members["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        members["name"] = json!(name);
        // Its definition accepts the name only as an expression.
        if name == "onedeploy" {
            members["name"] = json!("[concat('onedeploy')]");
        }
        // The definitions declare an integer here, but Azure accepts a fraction.
        if let Some(quota) = body.pointer_mut("/properties/workspaceCapping/dailyQuotaGb") {
            *quota = json!("[json('0.1')]");
        }
        body
    });
    json!({"resources": resources.collect::<Vec<_>>()})
}

#[test]
fn every_deployed_resource_matches_azures_definitions() {
    let Some(checker) = shared_file("tools/check-arm") else { return };
    let directory = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for stack_kind in StackKind::ALL {
        let template = stack_kind.template();
        files.push(directory.path().join(format!("{stack_kind:?}.json")));
        fs::write(files.last().unwrap(), template.to_string()).unwrap();
        for (number, given) in combinations(stack_kind).iter().enumerate() {
            files.push(directory.path().join(format!("{stack_kind:?}-{number}.json")));
            fs::write(files.last().unwrap(), deployment_request(&template, given).to_string())
                .unwrap();
        }
    }
    let output = Command::new(&checker).args(&files).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(stdout.matches(": 0 faults").count(), files.len(), "{stdout}");

    // The checker is able to fail.
    let mut wrong = StackKind::Owner.template();
    wrong["resources"][2]["properties"]["allowSharedKeyAcess"] = json!(false);
    let file = directory.path().join("wrong.json");
    fs::write(&file, wrong.to_string()).unwrap();
    assert!(!Command::new(&checker).arg(&file).status().unwrap().success());
}
