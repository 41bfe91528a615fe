//! `scripts/sign-in`, and how it recognises the stack's app registration.

use serde_json::Value;
use serde_json::json;

use super::az_stub::AzStub;
use super::subscription::{
    CALLBACK, CLIENT, NEW_CLIENT, app_registration, deployed, deployed_with, passed_parameters,
    with_sign_in,
};
use super::teardown::with_group_contents;
use super::text;

/// The command that creates a registration, regardless of existing ones.
const CREATE_REGISTRATION: &str =
    "rest --method post --url https://graph.microsoft.com/v1.0/applications *";

#[test]
fn running_sign_in_again_only_repairs_what_is_missing() {
    let azure = with_sign_in(deployed());
    let output = azure.run("sign-in", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"), "{}", text(&output.stderr));
    assert_eq!(azure.take_changes(), [""; 0]);

    let azure = with_sign_in(deployed().answer("ad sp list *", ""));
    azure.run("sign-in", &[]);
    let changed = azure.take_changes();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].starts_with(&format!("ad sp create --id {CLIENT}")), "{changed:?}");
}

#[test]
fn a_new_registration_is_set_on_the_stack() {
    let azure = deployed()
        .answer(CREATE_REGISTRATION, NEW_CLIENT)
        .fail_once("ad sp create *", "does not reference a valid application object");
    let output = azure.run("sign-in", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let changed = azure.take_changes();
    // Creating the service principal was tried twice.
    assert_eq!(changed.len(), 6, "{changed:?}");
    let (_, body) = changed[0].split_once(" --body ").unwrap();
    let body: Value = serde_json::from_str(body.split_once(" --query ").unwrap().0).unwrap();
    let expected = json!({
        "displayName": "CloudSMETS dashboard cloudsmets-tcvhiyu5h2o5o",
        "signInAudience": "AzureADMyOrg",
        "web": {
            "redirectUris": [CALLBACK],
            "implicitGrantSettings": { "enableIdTokenIssuance": true },
        },
    });
    assert_eq!(body, expected);
    assert!(changed[1].starts_with("ad app owner add "), "{}", changed[1]);
    assert!(changed[4].contains(r#""subject":"the-identity""#), "{}", changed[4]);
    let passed = passed_parameters(&changed[5]);
    assert_eq!(passed["dashboardClientId"]["value"], NEW_CLIENT);
    assert_eq!(passed["dashboardOwners"]["value"], "the-owner");
}

/// A stack without a registration in its parameters, and these registrations with the right title.
fn without_known_registration(found: &[Value], owners: &str) -> AzStub {
    let azure = deployed_with("dashboardClientId", json!(""));
    // `az ad app create` looks for the title itself, changes a registration that it finds, and reports
    // it as created.
    let azure = match found {
        [_] => azure.answer("ad app create *", CLIENT),
        _ => azure.fail_once("ad app create *", "More than one application have the same name"),
    };
    azure
        .answer("ad signed-in-user show *", "the-user")
        .answer("ad app list *displayName eq*", &json!(found).to_string())
        .answer("ad app owner list *", owners)
        .answer("ad app show *displayName*", "CloudSMETS dashboard cloudsmets-tcvhiyu5h2o5o")
        .answer("ad app show *", "AzureADMyOrg true true")
        .answer(CREATE_REGISTRATION, NEW_CLIENT)
}

/// Every member of the tenant can create a registration with that title.
fn foreign_registrations() -> Vec<(Vec<Value>, &'static str)> {
    let with = |name: &str, value: Value| {
        let mut one = app_registration(CALLBACK);
        one[name] = value;
        vec![one]
    };
    let elsewhere = json!({ "redirectUris": [CALLBACK, "https://elsewhere.example"] });
    vec![
        (vec![app_registration(CALLBACK)], "somebody"),
        (vec![app_registration(CALLBACK)], ""),
        (vec![app_registration(CALLBACK)], "the-user\nsomebody"),
        (vec![app_registration("https://elsewhere.example")], "the-user"),
        (with("web", elsewhere.clone()), "the-user"),
        (with("spa", elsewhere.clone()), "the-user"),
        (with("publicClient", elsewhere), "the-user"),
        (with("passwordCredentials", json!([{ "keyId": "1" }])), "the-user"),
        (with("keyCredentials", json!([{ "keyId": "1" }])), "the-user"),
        (vec![app_registration(CALLBACK), app_registration(CALLBACK)], "the-user"),
    ]
}

#[test]
fn a_foreign_registration_with_the_same_title_is_neither_used_nor_deleted() {
    for (found, owners) in foreign_registrations() {
        let azure = without_known_registration(&found, owners);
        let output = azure.run("sign-in", &[]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(CLIENT), "{}", text(&output.stderr));
        let changed = azure.take_changes();
        assert!(
            changed[0].starts_with(CREATE_REGISTRATION.trim_end_matches('*')),
            "{owners}: {changed:?}"
        );
        let about_it: Vec<_> = changed.iter().filter(|change| change.contains(CLIENT)).collect();
        assert_eq!(about_it, [""; 0], "{found:?} {owners}");
        let parameters = passed_parameters(changed.last().unwrap());
        assert_eq!(parameters["dashboardClientId"]["value"], NEW_CLIENT);

        let azure = with_group_contents(without_known_registration(&found, owners), &[]);
        let output = azure.run("teardown", &["owner", "--yes"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(CLIENT), "{}", text(&output.stderr));
        let changed = azure.take_changes();
        assert!(!changed.iter().any(|change| change.starts_with("ad app ")), "{changed:?}");
    }
}

#[test]
fn the_users_own_registration_with_the_same_title_is_used_and_deleted() {
    let mut bare = app_registration(CALLBACK);
    bare["web"] = json!({ "redirectUris": [] });
    bare["spa"] = Value::Null;
    for found in [app_registration(CALLBACK), bare] {
        let azure = with_group_contents(without_known_registration(&[found], "the-user"), &[]);
        let output = azure.run("sign-in", &[]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let changed = azure.take_changes();
        let creates_registration = |change: &String| {
            change.starts_with("ad app create")
                || change.starts_with(CREATE_REGISTRATION.trim_end_matches('*'))
        };
        assert!(!changed.iter().any(creates_registration), "{changed:?}");
        assert_eq!(
            passed_parameters(changed.last().unwrap())["dashboardClientId"]["value"],
            CLIENT
        );
        azure.run("teardown", &["owner", "--yes"]);
        assert_eq!(azure.take_changes()[0], format!("ad app delete --id {CLIENT} --output tsv"));
    }
}

/// It was set with --dashboard-client-id, and other apps may use it.
#[test]
fn a_registration_with_another_title_is_not_deleted() {
    let azure = with_group_contents(
        with_sign_in(deployed().answer("ad app show *displayName*", "Everything of ours")),
        &[],
    );
    let output = azure.run("teardown", &["owner", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("'Everything of ours'"), "{}", text(&output.stderr));
    assert_eq!(azure.take_changes()[0], "group delete --name cloudsmets --yes --output tsv");
}
