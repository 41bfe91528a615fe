//! `scripts/deploy`: the first deployment and later ones.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use serde_json::json;

use super::az_stub::AzStub;
use super::subscription::{
    deployed, deployed_stack, deployed_with, deployed_with_budgets, deployment_outputs,
    deployment_parameters, passed_parameters,
};
use super::text;

#[test]
fn the_first_deployment_creates_the_group_and_the_second_changes_nothing() {
    let azure = AzStub::new()
        .answer("deployment group show *properties.outputs*", &deployment_outputs())
        .answer("group exists *", "false");
    let arguments = ["owner", "--alert-email", "a@example.com", "--no-sign-in"];
    azure.run("deploy", &arguments);
    let changed = azure.take_changes();
    assert!(changed[0].starts_with("group create --name cloudsmets --location uksouth"));
    assert!(changed[1].starts_with("deployment group create "), "{changed:?}");
    assert_eq!(changed.len(), 2);

    let azure = deployed();
    let output = azure.run("deploy", &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("IOT_HUB_HOST=hub-1.azure-devices.net\n"));
    assert_eq!(azure.take_changes(), [""; 0]);
}

/// The name of a static web site's container contains a character that a shell interprets.
#[test]
fn a_shell_can_read_the_printed_outputs() {
    let azure = deployed_stack("shared", &[], "packageUri", json!(""));
    let output = azure.run("deploy", &["shared"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let script = format!("{}\nprintf %s \"$RELEASES_URL\"", text(&output.stdout));
    let read = Command::new("bash").args(["-euc", &script]).output().unwrap();
    assert_eq!(text(&read.stdout), "https://images1.example/$web", "{}", text(&output.stdout));
}

#[test]
fn a_later_deployment_keeps_earlier_parameters() {
    let azure = deployed();
    let output = azure.run("deploy", &["owner", "--time-zone", "Europe/Dublin", "--no-sign-in"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let changed = azure.take_changes();
    assert_eq!(changed.len(), 1, "{changed:?}");
    let passed = passed_parameters(&changed[0]);
    let mut expected: Value =
        serde_json::from_str(&deployment_parameters("timeZone", json!("Europe/Dublin"))).unwrap();
    for (_, value) in expected.as_object_mut().unwrap() {
        value.as_object_mut().unwrap().remove("type");
    }
    assert_eq!(passed, expected);
}

/// The values contain characters that az, or a list with separators, would interpret.
#[test]
fn earlier_parameters_are_passed_on_unmodified() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    fs::write(&file, "token-cache").unwrap();
    let strange = [
        format!("@{}", file.display()),
        "a|b|c".to_owned(),
        "null".to_owned(),
        "a \"b\" 'c' \\d $(e) `f`\n|\tg".to_owned(),
    ];
    for owners in strange {
        let azure = deployed_with("dashboardOwners", json!(owners));
        let output =
            azure.run("deploy", &["owner", "--time-zone", "Europe/Dublin", "--no-sign-in"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let changed = azure.take_changes();
        assert!(!changed[0].contains("token-cache"), "{}", changed[0]);
        let passed = passed_parameters(&changed[0]);
        assert_eq!(passed["dashboardOwners"]["value"], owners);
        assert_eq!(passed["timeZone"]["value"], "Europe/Dublin");
        assert_eq!(passed["packageUri"]["value"], "");
        assert_eq!(passed["monthlyBudget"]["value"], 5);
    }
}

/// Only the user may read the file, and it is deleted afterwards.
#[test]
fn the_parameter_file_is_private_and_removed() {
    for refusing in [false, true] {
        let azure = if refusing {
            AzStub::new()
                .fail_once("deployment group create *", "no")
                .answer("group exists *", "true")
        } else {
            deployed()
        };
        let arguments = ["owner", "--alert-email", "b@example.com", "--no-sign-in"];
        let output = azure.run("deploy", &arguments);
        assert_eq!(output.status.code(), Some(i32::from(refusing)), "{}", text(&output.stderr));
        let files = azure.parameter_files();
        assert_eq!(files.len(), 1);
        let (place, mode) = files[0].split_once(' ').unwrap();
        assert_eq!(mode, "-rw-------");
        assert!(!Path::new(place).exists(), "{place}");
    }
}

/// An output becomes part of a command, and az would read a value with `@` from a file.
#[test]
fn an_output_that_is_not_a_valid_name_is_refused() {
    let azure = AzStub::new()
        .answer("group exists *", "true")
        .answer("deployment group list *", "cloudsmets-owner")
        .answer(
            "deployment group show *properties.outputs*",
            r#"{"IOT_HUB_NAME":{"value":"@/etc/passwd"}}"#,
        );
    let output = azure.run("add-device", &["home"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no IOT_HUB_NAME"), "{}", text(&output.stderr));
}

#[test]
fn a_change_that_azure_does_not_support_is_refused_up_front() {
    for further in [["--iot-hub-sku", "S1"], ["--cosmos-mode", "serverless"], ["--name", "other"]] {
        let arguments = [&["owner", "--yes", "--no-sign-in"][..], &further].concat();
        let azure = deployed().answer("resource list *", "it-is-there");
        let output = azure.run("deploy", &arguments);
        assert_eq!(output.status.code(), Some(1), "{further:?}");
        assert!(text(&output.stderr).contains("cannot become"), "{}", text(&output.stderr));
        assert_eq!(azure.take_changes(), [""; 0]);

        // An earlier deployment may have failed because of this parameter.
        let azure = deployed();
        let output = azure.run("deploy", &arguments);
        assert_eq!(output.status.code(), Some(0), "{further:?}: {}", text(&output.stderr));
        assert_eq!(azure.take_changes().len(), 1);
    }
}

#[test]
fn paid_options_need_agreement_first() {
    let azure = deployed();
    let output = azure.run("deploy", &["owner", "--ingestion", "eventhubs", "--no-sign-in"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("Event Hubs Basic is $11.16 a month"));
    assert_eq!(azure.take_changes(), [""; 0]);
    azure.run("deploy", &["owner", "--ingestion", "eventhubs", "--no-sign-in", "--yes"]);
    assert_eq!(azure.take_changes().len(), 1);
}

/// Azure cannot change the first month of a budget, and refuses a new budget that starts in a past
/// month.
#[test]
fn an_existing_budget_keeps_its_start_and_a_new_one_starts_this_month() {
    let start = |azure: &AzStub, further: &[&str]| {
        let arguments = [&["owner", "--again", "--no-sign-in"], further].concat();
        let output = azure.run("deploy", &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        passed_parameters(azure.take_changes().last().unwrap())["budgetStart"]["value"].take()
    };
    let budget = |name: &str| {
        let period = json!({ "startDate": "2025-07-01T00:00:00Z" });
        json!({ "name": name, "properties": { "timePeriod": period } })
    };
    let with =
        |name: &str| deployed_with_budgets(&[budget(name)], "budgetStart", json!("2024-02-01"));
    assert_eq!(start(&with("cloudsmets-tcvhiyu5h2o5o"), &[]), "2025-07-01");
    // Without a budget, the earlier start does not matter.
    assert_eq!(start(&with("cloudsmets-tcvhiyu5h2o5o"), &["--monthly-budget", "0"]), "2024-02-01");
    let this = start(&with("cloudsmets-mine"), &[]);
    assert!(this.as_str().unwrap() > "2026-01-01", "{this}");
    let never = deployed_with_budgets(&[], "monthlyBudget", json!(0));
    assert_eq!(start(&never, &["--monthly-budget", "7"]), this);

    // A budget that was deleted by hand is not a reason to deploy.
    let azure = deployed_with_budgets(&[], "budgetStart", json!("2026-01-01"));
    let output = azure.run("deploy", &["owner", "--no-sign-in"]);
    assert!(text(&output.stderr).contains("nothing to change"), "{}", text(&output.stderr));
    assert_eq!(azure.take_changes(), [""; 0]);
}

/// After the deployment, `az` requests the program's health, and the sign-in answers 401.
#[test]
fn an_unhealthy_app_behind_easy_auth_counts_as_deployed() {
    const UNHEALTHY: &str = "ERROR: Deployment was successful but the app appears to be unhealthy. \
                             Please check the app logs.";
    let refused = |error| {
        let azure = deployed().fail_once("functionapp deployment source config-zip *", error);
        let output = azure.run("deploy", &["owner", "--package", "Cargo.toml", "--no-sign-in"]);
        (output.status.code(), text(&output.stderr).to_owned())
    };
    let (code, message) = refused(UNHEALTHY);
    assert_eq!(code, Some(0), "{message}");
    assert!(
        message.contains("unhealthy") && message.contains("The package was deployed"),
        "{message}"
    );
    let (code, message) = refused("ERROR: An error occured during deployment. Status Code: 403");
    assert_eq!(code, Some(1), "{message}");
    assert!(
        message.contains("403") && message.contains("failed; earlier changes remain"),
        "{message}"
    );

    // The release server has no sign-in, so its health can be requested.
    let shared = deployed_stack("shared", &[], "packageUri", json!(""));
    let azure = shared.fail_once("functionapp deployment source config-zip *", UNHEALTHY);
    let output = azure.run("deploy", &["shared", "--package", "Cargo.toml"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("unhealthy"), "{}", text(&output.stderr));
}
