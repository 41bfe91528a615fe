//! A dry run prints every command that would change something, in order, and needs neither
//! `az`, nor a sign-in, nor a network.

use std::fs;

use serde_json::Value;

use super::{project_path, run, text, tools};

/// The commands that a script would run, without `az`.
fn commands(script: &str, arguments: &[&str]) -> Vec<String> {
    let tools = tools();
    let output = run(tools.path(), script, &[arguments, &["--dry-run"]].concat());
    assert_eq!(output.status.code(), Some(0), "{script}: {}", text(&output.stderr));
    let lines = text(&output.stdout).lines().filter_map(|line| line.strip_prefix("az "));
    lines.map(str::to_owned).collect()
}

/// The parameters that are passed to the template, as JSON that can be pasted.
fn passed_parameters(command: &str) -> Value {
    let (_, rest) = command.split_once(" --parameters '").unwrap();
    serde_json::from_str(rest.split_once("' --no-prompt ").unwrap().0).unwrap()
}

/// The first words of each command.
fn assert_commands_start_with(commands: &[String], beginnings: &[&str]) {
    assert_eq!(commands.len(), beginnings.len(), "{commands:#?}");
    for (command, beginning) in commands.iter().zip(beginnings) {
        assert!(command.starts_with(beginning), "{command}\ndoes not start with {beginning}");
    }
}

#[test]
fn an_owner_stack_is_deployed_again_once_its_sign_in_is_registered() {
    let commands = commands("deploy", &["owner", "--alert-email", "a@example.com"]);
    assert_commands_start_with(
        &commands,
        &[
            "group create --name cloudsmets --location uksouth",
            "deployment group create --resource-group cloudsmets --name cloudsmets-owner",
            "rest --method post --url https://graph.microsoft.com/v1.0/applications",
            "ad app owner add --id '<CLIENT_ID>' --owner-object-id '<YOUR_OBJECT_ID>'",
            "ad sp create --id '<CLIENT_ID>'",
            "ad app federated-credential create --id '<CLIENT_ID>'",
            "group create",
            "deployment group create --resource-group cloudsmets --name cloudsmets-owner",
        ],
    );
    assert_eq!(passed_parameters(&commands[1])["alertEmail"]["value"], "a@example.com");
    for part in [
        "--headers Content-Type=application/json",
        r#""displayName":"CloudSMETS dashboard <FUNCTION_APP_NAME>""#,
        r#""signInAudience":"AzureADMyOrg""#,
        r#"["https://<FUNCTION_APP_NAME>.azurewebsites.net/.auth/login/aad/callback"]"#,
        r#""enableIdTokenIssuance":true"#,
    ] {
        assert!(commands[2].contains(part), "{part}");
    }
    for part in [
        r#""issuer":"https://login.microsoftonline.com/<TENANT_ID>/v2.0""#,
        r#""subject":"<IDENTITY_PRINCIPAL_ID>""#,
        r#""audiences":["api://AzureADTokenExchange"]"#,
    ] {
        assert!(commands[5].contains(part), "{part}");
    }
    assert_eq!(passed_parameters(&commands[7])["dashboardClientId"]["value"], "<CLIENT_ID>");
}

/// Pasting the commands for an existing stack would close its dashboard and remove its owners.
#[test]
fn a_dry_run_says_that_it_assumes_a_first_deployment() {
    let tools = tools();
    for (script, arguments) in [
        ("deploy", &["owner", "--alert-email", "a@example.com", "--no-sign-in", "--dry-run"][..]),
        ("deploy", &["shared", "--alert-email", "a@example.com", "--dry-run"]),
        ("sign-in", &["--dry-run"]),
    ] {
        let output = run(tools.path(), script, arguments);
        let printed: Vec<_> = text(&output.stdout).lines().collect();
        let is_deployment = |line: &&str| line.starts_with("az deployment group create ");
        let deployment = printed.iter().position(is_deployment).unwrap();
        let before = printed[deployment - 1];
        assert!(before.starts_with("# A first deployment."), "{script} {arguments:?}: {before}");
    }
}

#[test]
fn a_local_package_replaces_the_package_uri() {
    let package = project_path("README.md");
    let arguments = ["owner", "--alert-email", "a@example.com", "--no-sign-in", "--package"];
    let commands = commands("deploy", &[&arguments[..], &[package.to_str().unwrap()]].concat());
    assert_commands_start_with(
        &commands,
        &["group create", "deployment group create", "functionapp deployment source config-zip"],
    );
    assert_eq!(passed_parameters(&commands[1])["packageUri"]["value"], "");
}

#[test]
fn the_scripts_pass_only_parameters_that_the_templates_have() {
    let both = [
        "--alert-email",
        "a@example.com",
        "--name",
        "home",
        "--monthly-budget",
        "7",
        "--package-uri",
        "https://example.com/p.zip",
    ];
    let owner = [
        "owner",
        "--ingestion",
        "eventhubs",
        "--iot-hub-sku",
        "S1",
        "--cosmos-mode",
        "serverless",
        "--time-zone",
        "Europe/London",
        "--dashboard-owners",
        "a@example.com,33333333-3333-4333-8333-333333333333",
        "--dashboard-client-id",
        "33333333-3333-4333-8333-333333333333",
        "--no-sign-in",
    ];
    let shared = ["shared", "--publishers", "33333333-3333-4333-8333-333333333333"];
    for (stack, arguments, count) in [("owner", &owner[..], 12), ("shared", &shared[..], 7)] {
        let path = project_path(&format!("infra/{stack}/azuredeploy.json"));
        let template: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let parameters = template["parameters"].as_object().unwrap();
        let command = commands("deploy", &[arguments, &both].concat()).swap_remove(1);
        let passed = passed_parameters(&command);
        let names: Vec<_> = passed.as_object().unwrap().keys().collect();
        assert_eq!(names.len(), count, "{names:?}");
        for name in names {
            assert!(parameters.contains_key(name), "{stack} has no parameter {name}");
            let kind = parameters[name]["type"].as_str().unwrap();
            let value = &passed[name]["value"];
            let is_fit = match kind {
                "int" => value.is_u64(),
                "array" => value.is_array(),
                _ => value.is_string(),
            };
            assert!(is_fit, "{stack} {name}: {value} is not a {kind}");
        }
        // The outputs that the scripts read. Azure may change the case of their names.
        let outputs = template["outputs"].as_object().unwrap();
        let read: &[&str] = match stack {
            "owner" => &[
                "DASHBOARD_URL",
                "FUNCTION_APP_NAME",
                "IDENTITY_PRINCIPAL_ID",
                "IOT_HUB_HOST",
                "IOT_HUB_NAME",
            ],
            _ => &["FIRMWARE_URL", "FUNCTION_APP_NAME", "LATEST_VERSION_URL", "RELEASES_URL"],
        };
        for name in read {
            assert!(outputs.contains_key(*name), "{stack} has no output {name}");
        }
    }
}

#[test]
fn a_device_is_created_and_its_connection_details_are_printed() {
    let tools = tools();
    let arguments = ["meter-1", "--dry-run", "--glow", "--mosquitto"];
    let output = run(tools.path(), "add-device", &arguments);
    let printed = text(&output.stdout);
    let lines: Vec<_> = printed.lines().collect();
    assert!(lines[0].starts_with("az rest --resource https://iothubs.azure.net"), "{}", lines[0]);
    for part in [
        "user name        <IOT_HUB_HOST>/meter-1/?api-version=2021-04-12",
        "topic            devices/meter-1/messages/events/",
        "remote_clientid meter-1",
        "bridge_protocol_version mqttv311",
        r#"topic "" out 1 cloudsmets/relay devices/meter-1/messages/events/$.ct=application%2Fjson&$.ce=utf-8"#,
        "glow/+/SENSOR/electricitymeter",
    ] {
        assert!(printed.contains(part), "{part}");
    }
}

#[test]
fn a_device_is_removed_from_the_registry() {
    let [command] = &commands("add-device", &["meter-1", "--remove"])[..] else {
        panic!("more than one command")
    };
    for part in ["/devices/meter-1?api-version=", "--method delete", r#"--headers 'If-Match="*"'"#]
    {
        assert!(command.contains(part), "{command}");
    }
}

#[test]
fn teardown_also_deletes_the_registration_and_purges_the_vault() {
    assert_commands_start_with(
        &commands("teardown", &["owner"]),
        &["ad app delete", "group delete --name cloudsmets --yes", "keyvault purge"],
    );
    assert_commands_start_with(
        &commands("teardown", &["shared"]),
        &["group delete --name cloudsmets-shared --yes"],
    );
}
