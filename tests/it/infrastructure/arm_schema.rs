//! An offline checker that knows Azure's own definitions, where there is one.

use std::fs;
use std::process::Command;

use serde_json::{Map, Value, json};

use super::combinations::combinations;
use super::stack::evaluate;
use super::templates::StackKind;
use crate::prerequisites::shared_file;

/// Members that only a template has, and Azure takes out.
const TEMPLATE_ONLY: [&str; 3] = ["condition", "copy", "dependsOn"];

/// What Azure would be sent: no parameters, no expressions, nothing that is left out.
fn deployment_request(template: &Value, given: &Map<String, Value>) -> Value {
    let resources = evaluate(template, given).resources.into_iter().map(|resource| {
        let mut body = resource.body;
        let members = body.as_object_mut().unwrap();
        members.retain(|name, _| !TEMPLATE_ONLY.contains(&name.as_str()));
        // The definitions know parts by the last part of their names.
        let name = members["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        members["name"] = json!(name);
        // The definition of this one has the name and nothing below it.
        if name == "onedeploy" {
            members["name"] = json!("[concat('onedeploy')]");
        }
        // A number with a fraction, which the definitions know as a whole one.
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

    // It is able to fail.
    let mut wrong = StackKind::Owner.template();
    wrong["resources"][2]["properties"]["allowSharedKeyAcess"] = json!(false);
    let file = directory.path().join("wrong.json");
    fs::write(&file, wrong.to_string()).unwrap();
    assert!(!Command::new(&checker).arg(&file).status().unwrap().success());
}
