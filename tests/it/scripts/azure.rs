//! What the scripts do, first with nothing there and then again.

use std::fs;
use std::path::Path;

use azure_core::credentials::Secret;
use azure_core::hmac::hmac_sha256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::dry_run::release;
use super::stand_in::Azure;
use super::text;

const CLIENT: &str = "11111111-1111-4111-8111-111111111111";
const NEW_CLIENT: &str = "22222222-2222-4222-8222-222222222222";

/// As a deployment shows what it was given, with one of them replaced.
fn parameters(name: &str, value: Value) -> String {
    let mut shown = json!({
        "location": "ukwest", "name": "cloudsmets", "ingestion": "builtin", "iotHubSku": "F1",
        "cosmosMode": "free", "alertEmail": "a@example.com", "monthlyBudget": 5,
        "budgetStart": "2026-01-01", "dashboardClientId": CLIENT, "dashboardOwners": "the-owner",
        "timeZone": "Europe/London", "packageUri": "",
    });
    shown[name] = value;
    for (_, value) in shown.as_object_mut().unwrap() {
        *value = json!({ "type": "String", "value": value.take() });
    }
    shown.to_string()
}

/// Azure gives the names of outputs back in another case.
fn outputs() -> String {
    let value = |value: &str| json!({ "type": "String", "value": value });
    json!({
        "functioN_APP_NAME": value("cloudsmets-tcvhiyu5h2o5o"),
        "dashboarD_URL": value("https://cloudsmets-tcvhiyu5h2o5o.azurewebsites.net/dashboard"),
        "ioT_HUB_NAME": value("hub-1"),
        "ioT_HUB_HOST": value("hub-1.azure-devices.net"),
        "identitY_PRINCIPAL_ID": value("the-identity"),
        "firmwarE_ACCOUNT": value("images1"),
        "firmwarE_URL": value("https://images1.example/"),
        "latesT_VERSION_URL": value("https://cloudsmets-tcvhiyu5h2o5o.example/latest-version"),
    })
    .to_string()
}

/// What the template is given by a command.
fn passed(command: &str) -> Value {
    let (_, rest) = command.split_once(" --parameters ").unwrap();
    let (file, _) = rest.split_once(" --no-prompt ").unwrap();
    serde_json::from_str::<Value>(file).unwrap()["parameters"].take()
}

/// A subscription with a stack that succeeded.
fn deployed() -> Azure {
    deployed_with("packageUri", json!(""))
}

fn deployed_with(parameter: &str, value: Value) -> Azure {
    Azure::new()
        .answer("account show *tenantId*", "the-tenant")
        .answer("group exists *", "true")
        .answer("deployment group list *", "cloudsmets-owner")
        .answer("deployment group show *templateHash*", "Succeeded 42")
        .answer("rest --method post *calculateTemplateHash*", "42")
        .answer("deployment group show *properties.parameters*", &parameters(parameter, value))
        .answer("deployment group show *properties.outputs*", &outputs())
}

/// An app registration with the dashboard's title.
fn registration(redirect: &str) -> Value {
    json!({
        "appId": CLIENT, "displayName": "CloudSMETS dashboard cloudsmets-tcvhiyu5h2o5o",
        "passwordCredentials": [], "keyCredentials": [],
        "publicClient": { "redirectUris": [] }, "spa": { "redirectUris": [] },
        "web": { "redirectUris": [redirect] },
    })
}

const CALLBACK: &str =
    "https://cloudsmets-tcvhiyu5h2o5o.azurewebsites.net/.auth/login/aad/callback";

/// With everything of the sign-in there.
fn signed_in(azure: Azure) -> Azure {
    azure
        .answer("ad app list *appId eq*", CLIENT)
        .answer("ad app show *displayName*", "CloudSMETS dashboard cloudsmets-tcvhiyu5h2o5o")
        .answer("ad app show *", "AzureADMyOrg true true")
        .answer("ad sp list *", "the-principal")
        .answer("ad app federated-credential list *", "the-credential")
}

#[test]
fn the_first_deployment_makes_the_group_and_the_second_nothing() {
    let azure = Azure::new()
        .answer("deployment group show *properties.outputs*", &outputs())
        .answer("group exists *", "false");
    let arguments = ["owner", "--alert-email", "a@example.com", "--no-sign-in"];
    azure.run("deploy", &arguments);
    let changed = azure.changed();
    assert!(changed[0].starts_with("group create --name cloudsmets --location uksouth"));
    assert!(changed[1].starts_with("deployment group create "), "{changed:?}");
    assert_eq!(changed.len(), 2);

    let azure = deployed();
    let output = azure.run("deploy", &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("IOT_HUB_HOST=hub-1.azure-devices.net\n"));
    assert_eq!(azure.changed(), [""; 0]);
}

#[test]
fn a_later_deployment_keeps_what_was_set_before() {
    let azure = deployed();
    let output = azure.run("deploy", &["owner", "--time-zone", "Europe/Dublin", "--no-sign-in"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let changed = azure.changed();
    assert_eq!(changed.len(), 1, "{changed:?}");
    let passed = passed(&changed[0]);
    let mut expected: Value =
        serde_json::from_str(&parameters("timeZone", json!("Europe/Dublin"))).unwrap();
    for (_, value) in expected.as_object_mut().unwrap() {
        value.as_object_mut().unwrap().remove("type");
    }
    assert_eq!(passed, expected);
}

/// A value of an earlier deployment that az, or a list with separators, would read otherwise.
#[test]
fn what_was_set_before_is_passed_on_as_it_is() {
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
        let changed = azure.changed();
        assert!(!changed[0].contains("token-cache"), "{}", changed[0]);
        let passed = passed(&changed[0]);
        assert_eq!(passed["dashboardOwners"]["value"], owners);
        assert_eq!(passed["timeZone"]["value"], "Europe/Dublin");
        assert_eq!(passed["packageUri"]["value"], "");
        assert_eq!(passed["monthlyBudget"]["value"], 5);
    }
}

/// The file is for its owner only, and gone afterwards.
#[test]
fn the_file_of_parameters_is_private_and_removed() {
    for refusing in [false, true] {
        let azure = if refusing {
            Azure::new()
                .refuse_once("deployment group create *", "no")
                .answer("group exists *", "true")
        } else {
            deployed()
        };
        let arguments = ["owner", "--alert-email", "b@example.com", "--no-sign-in"];
        let output = azure.run("deploy", &arguments);
        assert_eq!(output.status.code(), Some(i32::from(refusing)), "{}", text(&output.stderr));
        let files = azure.files();
        assert_eq!(files.len(), 1);
        let (place, mode) = files[0].split_once(' ').unwrap();
        assert_eq!(mode, "-rw-------");
        assert!(!Path::new(place).exists(), "{place}");
    }
}

/// An output becomes part of a command, where az would open it as a file.
#[test]
fn an_output_that_is_no_name_is_refused() {
    let azure = Azure::new()
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
fn what_azure_cannot_change_is_refused_before_anything_happens() {
    for further in [["--iot-hub-sku", "S1"], ["--cosmos-mode", "serverless"], ["--name", "other"]] {
        let arguments = [&["owner", "--yes", "--no-sign-in"][..], &further].concat();
        let azure = deployed().answer("resource list *", "it-is-there");
        let output = azure.run("deploy", &arguments);
        assert_eq!(output.status.code(), Some(1), "{further:?}");
        assert!(text(&output.stderr).contains("cannot become"), "{}", text(&output.stderr));
        assert_eq!(azure.changed(), [""; 0]);

        // The deployment before may have failed for that very choice.
        let azure = deployed();
        let output = azure.run("deploy", &arguments);
        assert_eq!(output.status.code(), Some(0), "{further:?}: {}", text(&output.stderr));
        assert_eq!(azure.changed().len(), 1);
    }
}

#[test]
fn what_costs_money_is_agreed_to_first() {
    let azure = deployed();
    let output = azure.run("deploy", &["owner", "--ingestion", "eventhubs", "--no-sign-in"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("Event Hubs Basic is $11.16 a month"));
    assert_eq!(azure.changed(), [""; 0]);
    azure.run("deploy", &["owner", "--ingestion", "eventhubs", "--no-sign-in", "--yes"]);
    assert_eq!(azure.changed().len(), 1);
}

#[test]
fn signing_in_again_changes_nothing_and_mends_only_what_is_missing() {
    let azure = signed_in(deployed());
    let output = azure.run("sign-in", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"), "{}", text(&output.stderr));
    assert_eq!(azure.changed(), [""; 0]);

    let azure = signed_in(deployed().answer("ad sp list *", ""));
    azure.run("sign-in", &[]);
    let changed = azure.changed();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].starts_with(&format!("ad sp create --id {CLIENT}")), "{changed:?}");
}

#[test]
fn a_new_registration_is_told_to_the_stack() {
    let azure = deployed()
        .answer("ad app create *", NEW_CLIENT)
        .refuse_once("ad sp create *", "does not reference a valid application object");
    let output = azure.run("sign-in", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let changed = azure.changed();
    // The service principal was tried twice.
    assert_eq!(changed.len(), 6, "{changed:?}");
    assert!(changed[1].starts_with("ad app owner add "), "{}", changed[1]);
    assert!(changed[4].contains(r#""subject":"the-identity""#), "{}", changed[4]);
    let passed = passed(&changed[5]);
    assert_eq!(passed["dashboardClientId"]["value"], NEW_CLIENT);
    assert_eq!(passed["dashboardOwners"]["value"], "the-owner");
}

/// A stack that was told of no registration yet, and these with the right title. Ours is the user's.
fn untold(found: &[Value], owners: &str) -> Azure {
    deployed_with("dashboardClientId", json!(""))
        .answer("ad signed-in-user show *", "the-user")
        .answer("ad app list *displayName eq*", &json!(found).to_string())
        .answer("ad app owner list *", owners)
        .answer("ad app show *displayName*", "CloudSMETS dashboard cloudsmets-tcvhiyu5h2o5o")
        .answer("ad app show *", "AzureADMyOrg true true")
        .answer("ad app create *", NEW_CLIENT)
}

/// Everybody in the tenant can make a registration with that title.
fn foreign() -> Vec<(Vec<Value>, &'static str)> {
    let with = |name: &str, value: Value| {
        let mut one = registration(CALLBACK);
        one[name] = value;
        vec![one]
    };
    let elsewhere = json!({ "redirectUris": [CALLBACK, "https://elsewhere.example"] });
    vec![
        (vec![registration(CALLBACK)], "somebody"),
        (vec![registration(CALLBACK)], ""),
        (vec![registration(CALLBACK)], "the-user\nsomebody"),
        (vec![registration("https://elsewhere.example")], "the-user"),
        (with("web", elsewhere.clone()), "the-user"),
        (with("spa", elsewhere.clone()), "the-user"),
        (with("publicClient", elsewhere), "the-user"),
        (with("passwordCredentials", json!([{ "keyId": "1" }])), "the-user"),
        (with("keyCredentials", json!([{ "keyId": "1" }])), "the-user"),
        (vec![registration(CALLBACK), registration(CALLBACK)], "the-user"),
    ]
}

#[test]
fn a_foreign_registration_of_that_title_is_neither_taken_nor_deleted() {
    for (found, owners) in foreign() {
        let azure = untold(&found, owners);
        let output = azure.run("sign-in", &[]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(CLIENT), "{}", text(&output.stderr));
        let changed = azure.changed();
        assert!(changed[0].starts_with("ad app create "), "{found:?} {owners}: {changed:?}");
        let about_it: Vec<_> = changed.iter().filter(|change| change.contains(CLIENT)).collect();
        assert_eq!(about_it, [""; 0], "{found:?} {owners}");
        let told = passed(changed.last().unwrap());
        assert_eq!(told["dashboardClientId"]["value"], NEW_CLIENT);

        let azure = holding(untold(&found, owners), &[]);
        let output = azure.run("teardown", &["owner", "--yes"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(CLIENT), "{}", text(&output.stderr));
        let changed = azure.changed();
        assert!(!changed.iter().any(|change| change.starts_with("ad app ")), "{changed:?}");
    }
}

#[test]
fn the_users_own_registration_of_that_title_is_taken_and_deleted() {
    let mut bare = registration(CALLBACK);
    bare["web"] = json!({ "redirectUris": [] });
    bare["spa"] = Value::Null;
    for found in [registration(CALLBACK), bare] {
        let azure = holding(untold(&[found], "the-user"), &[]);
        let output = azure.run("sign-in", &[]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let changed = azure.changed();
        assert!(!changed.iter().any(|change| change.starts_with("ad app create")), "{changed:?}");
        assert_eq!(passed(changed.last().unwrap())["dashboardClientId"]["value"], CLIENT);
        azure.run("teardown", &["owner", "--yes"]);
        assert_eq!(azure.changed()[0], format!("ad app delete --id {CLIENT} --output tsv"));
    }
}

/// Told to the stack by --dashboard-client-id, and perhaps used by others too.
#[test]
fn a_registration_with_another_title_is_not_deleted() {
    let azure = holding(
        signed_in(deployed().answer("ad app show *displayName*", "Everything of ours")),
        &[],
    );
    let output = azure.run("teardown", &["owner", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("'Everything of ours'"), "{}", text(&output.stderr));
    assert_eq!(azure.changed()[0], "group delete --name cloudsmets --yes --output tsv");
}

const UNKNOWN: &str = r#"ERROR: Not Found({"Message":"ErrorCode:DeviceNotFound;meter-1"})"#;
const REFUSED: &str = r#"ERROR: Unauthorized({"Message":"ErrorCode:IotHubUnauthorizedAccess"})"#;

#[test]
fn a_device_is_made_once_and_printed_the_same_again() {
    let azure = deployed()
        .refuse_once("rest *--method get*", UNKNOWN)
        .answer("rest *--method get*", "sas c2VjcmV0 null");
    let first = azure.run("add-device", &["meter-1"]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    assert_eq!(azure.changed().len(), 1);
    let string = "HostName=hub-1.azure-devices.net;DeviceId=meter-1;SharedAccessKey=c2VjcmV0\n";
    assert!(text(&first.stdout).ends_with(string), "{}", text(&first.stdout));
    assert!(!text(&first.stderr).contains("c2VjcmV0"));

    let second = azure.run("add-device", &["meter-1"]);
    assert_eq!(second.stdout, first.stdout);
    assert!(text(&second.stderr).contains("nothing to change"));
    assert_eq!(azure.changed(), [""; 0]);
}

#[test]
fn who_may_not_ask_the_hub_is_let_in_first() {
    let azure = deployed()
        .answer("ad signed-in-user show *", "the-user")
        .answer("iot hub show *", "/the/hub")
        .refuse_once("rest *--method get*", REFUSED)
        .answer("rest *--method get*", "sas c2VjcmV0 null");
    let output = azure.run("add-device", &["meter-1"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let changed = azure.changed();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].starts_with("role assignment create "), "{changed:?}");
    assert!(changed[0].contains(" --scope /the/hub "), "{changed:?}");
}

/// Keys with the bytes that a shell loses most easily, the shortest and the longest.
fn keys() -> [Vec<u8>; 3] {
    [b"\0\n\r %\\'\xff\x36\x5c\0\0\0\0\n\n".to_vec(), (0..32).collect(), (192..=255).collect()]
}

#[test]
fn a_token_is_signed_with_the_devices_key() {
    for key in keys() {
        let key = STANDARD.encode(key);
        let azure = deployed().answer("rest *--method get*", &format!("sas {key} null"));
        let output = azure.run("add-device", &["meter:1", "--token", "2"]);
        let printed = text(&output.stdout);
        let token = printed.lines().last().unwrap().split("SharedAccessSignature ").nth(1).unwrap();
        let [opens, signature, ends] = token.split('&').collect::<Vec<_>>()[..] else {
            panic!("{token}")
        };
        assert_eq!(opens, "sr=hub-1.azure-devices.net%2Fdevices%2Fmeter%3A1");
        let ends = ends.strip_prefix("se=").unwrap();
        assert!(ends.parse::<u64>().is_ok(), "{token}");
        let signed = format!("{}\n{ends}", opens.strip_prefix("sr=").unwrap());
        let expected = hmac_sha256(&signed, &Secret::new(key)).unwrap();
        let expected = utf8_percent_encode(&expected, NON_ALPHANUMERIC);
        assert_eq!(signature, format!("sig={expected}"));
    }
}

/// Where every user of the machine can read it while the program runs.
#[test]
fn a_devices_key_stands_on_no_command_line() {
    let key: Vec<u8> = (192..=255).collect();
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let encoded = STANDARD.encode(key);
    let azure = deployed().answer("rest *--method get*", &format!("sas {encoded} null"));
    azure.watch(&["base64", "cat", "od", "openssl", "tr"]);
    let output = azure.run("add-device", &["meter-1", "--token", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lines = azure.command_lines();
    assert!(lines.contains("openssl dgst"), "{lines}");
    for secret in [&encoded, &digits, &digits.to_uppercase()] {
        assert!(!lines.contains(secret.as_str()), "{lines}");
    }
}

const VAULT: &str = "cloudsmetstcvhiyu5h2o5o";

/// A resource's id, in the case that its kind is written with.
fn id(kind: &str, name: &str) -> String {
    format!("/subscriptions/s/resourceGroups/CloudSMETS/providers/{kind}/{name}")
}

fn made() -> Vec<String> {
    vec![
        id("Microsoft.Web/serverfarms", "cloudsmets-tcvhiyu5h2o5o"),
        id("Microsoft.Web/sites", "cloudsmets-tcvhiyu5h2o5o"),
        id("Microsoft.KeyVault/vaults", VAULT),
        id("Microsoft.Insights/components", "cloudsmets-tcvhiyu5h2o5o"),
    ]
}

/// What the group holds beside that without being a stranger: in another case, below another one,
/// from another choice, or made by Azure for Application Insights.
fn also_there() -> Vec<String> {
    vec![
        id("Microsoft.Web/serverFarms", "cloudsmets-tcvhiyu5h2o5o"),
        id("microsoft.insights/components", "cloudsmets-tcvhiyu5h2o5o"),
        id("Microsoft.Web/sites", "cloudsmets-tcvhiyu5h2o5o/slots/next"),
        id("Microsoft.EventHub/namespaces", VAULT),
        id("Microsoft.ManagedIdentity/userAssignedIdentities", "cloudsmets-tcvhiyu5h2o5o-hub"),
        id("microsoft.insights/actiongroups", "Application Insights Smart Detection"),
        id(
            "microsoft.alertsmanagement/smartDetectorAlertRules",
            "Failure Anomalies - cloudsmets-tcvhiyu5h2o5o",
        ),
    ]
}

/// A deleted vault that Azure keeps.
fn kept(name: &str, group: &str) -> Value {
    let vault = format!(
        "/subscriptions/s/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    );
    json!({ "name": name, "properties": { "vaultId": vault, "location": "ukwest" } })
}

/// With a group that holds what the stack made and these.
fn holding(azure: Azure, further: &[String]) -> Azure {
    let there: Vec<_> = made().into_iter().chain(also_there()).chain(further.to_vec()).collect();
    let deleted = [
        kept(VAULT, "cloudsmets"),
        kept("cloudsmetsaaaaaaaaaaaaa", "cloudsmets"),
        kept("somebodysvault", "CloudSMETS"),
        kept(VAULT, "cloudsmets-2"),
    ];
    azure
        .answer("deployment group show *outputResources*", &json!(made()).to_string())
        .answer("resource list *.id --output json", &json!(there).to_string())
        .answer("keyvault list-deleted *", &json!(deleted).to_string())
}

fn torn_down() -> Vec<String> {
    vec![
        format!("ad app delete --id {CLIENT} --output tsv"),
        "group delete --name cloudsmets --yes --output tsv".to_owned(),
        format!("keyvault purge --name {VAULT} --location ukwest --output tsv"),
    ]
}

#[test]
fn a_stack_is_torn_down_after_a_word_with_its_own_vault_only() {
    let azure = Azure::new().answer("group exists *", "false");
    let output = azure.run("teardown", &["owner", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"));
    assert_eq!(azure.changed(), [""; 0]);

    let azure = holding(signed_in(deployed()), &[]);
    let output = azure.run("teardown", &["owner"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(azure.changed(), [""; 0]);
    let output = azure.run("teardown", &["owner", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("/export?"), "{}", text(&output.stderr));
    assert_eq!(azure.changed(), torn_down());
}

#[test]
fn what_is_not_the_stacks_stops_the_teardown_until_everything_is_said() {
    let strangers = [
        id("Microsoft.Compute/virtualMachines", "theirs"),
        id("Microsoft.KeyVault/vaults", "somebodysvault"),
        id("Microsoft.Web/sites", "cloudsmets-tcvhiyu5h2o5o-2"),
    ];
    for stranger in &strangers {
        let azure = holding(signed_in(deployed()), std::slice::from_ref(stranger));
        let output = azure.run("teardown", &["owner", "--yes"]);
        assert_eq!(output.status.code(), Some(1), "{stranger}");
        let said = text(&output.stderr);
        assert!(said.contains(stranger.as_str()) && said.contains("--everything"), "{said}");
        assert_eq!(azure.changed(), [""; 0]);
        // It agrees to nothing by itself.
        let output = azure.run("teardown", &["owner", "--everything"]);
        assert_eq!(output.status.code(), Some(1), "{stranger}");
        assert_eq!(azure.changed(), [""; 0]);
        let output = azure.run("teardown", &["owner", "--everything", "--yes"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(stranger.as_str()));
        assert_eq!(azure.changed(), torn_down());
    }
}

#[test]
fn a_group_of_something_else_is_not_torn_down() {
    let group = || Azure::new().answer("group exists *", "true");
    let with = |outputs: &str| {
        holding(group(), &[])
            .answer("deployment group list *", "cloudsmets-owner")
            .answer("deployment group show *properties.outputs*", outputs)
    };
    let named = |app| json!({ "functioN_APP_NAME": { "value": app } }).to_string();
    for azure in [
        group(),
        // No outputs: it failed, or it is somebody else's with the same parameters.
        with(""),
        with(r#"{"HOST":{"value":"h"}}"#),
        with(&named("their-app")),
        // A stack's app, and not in this group.
        with(&named("cloudsmets-aaaaaaaaaaaaa")),
    ] {
        for further in [&[][..], &["--everything"]] {
            let arguments = [&["owner", "--yes"], further].concat();
            let output = azure.run("teardown", &arguments);
            assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
            assert_eq!(azure.changed(), [""; 0]);
        }
    }
}

/// The parameters of both stacks, all of them: one is nothing to go by.
#[test]
fn a_deployment_is_known_by_parameters_that_only_that_stack_has_together() {
    for (stack, parameters) in [
        ("owner", &["ingestion", "iotHubSku", "cosmosMode"][..]),
        ("shared", &["publishers", "alertEmail", "packageUri"]),
    ] {
        let azure = Azure::new().answer("group exists *", "true");
        azure.run("teardown", &[stack, "--yes"]);
        let asked = azure.asked();
        let list = asked.iter().find(|line| line.starts_with("deployment group list ")).unwrap();
        let of: Vec<_> =
            parameters.iter().map(|name| format!("properties.parameters.{name}")).collect();
        assert!(list.contains(&of.join(" && ")), "{list}");
    }
}

#[test]
fn of_a_group_that_is_gone_vaults_are_purged_by_agreement_only() {
    let gone = |vaults: &[Value]| {
        Azure::new()
            .answer("group exists *", "false")
            .answer("keyvault list-deleted *", &json!(vaults).to_string())
    };
    let other = kept("cloudsmetsaaaaaaaaaaaaa", "cloudsmets-2");
    let azure = gone(&[kept(VAULT, "CloudSMETS"), other.clone()]);
    let output = azure.run("teardown", &["owner"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains(VAULT) && said.contains("--yes"), "{said}");
    assert_eq!(azure.changed(), [""; 0]);
    let output = azure.run("teardown", &["owner", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(azure.changed(), torn_down()[2..]);

    // Not named as a stack's is: no --yes is enough.
    for name in ["somebodysvault", "some-vaulttcvhiyu5h2o5o", "cloudsmets1111111111111"] {
        let azure = gone(&[kept(VAULT, "cloudsmets"), kept(name, "cloudsmets"), other.clone()]);
        let output = azure.run("teardown", &["owner", "--yes"]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(text(&output.stderr).contains(&format!("{name} is not named as")));
        assert_eq!(azure.changed(), [""; 0]);
    }

    let azure = gone(&[other]);
    let output = azure.run("teardown", &["owner", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"));
}

#[test]
fn a_half_release_is_finished_and_a_whole_one_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    release(folder.path(), "1.2.3");
    let arguments = ["1.2.3", folder.path().to_str().unwrap()];

    let azure = deployed().answer("storage blob list *", "1.2.3/esp32c3/cloudsmets.bin");
    let output = azure.run("publish-release", &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let changed = azure.changed();
    assert_eq!(changed.len(), 5, "{changed:?}");
    assert!(changed[0].contains("--overwrite true"), "{}", changed[0]);
    assert!(changed[1..].iter().all(|upload| upload.contains("--overwrite false")));

    let published = |manifest| {
        deployed()
            .answer("storage blob list *", "1.2.3/esp32c3/cloudsmets.bin\n1.2.3/manifest.json")
            .download("storage blob download *", manifest)
    };
    let azure = published(r#"{"version":"1.2.3"}"#);
    let output = azure.run("publish-release", &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"));
    assert_eq!(azure.changed(), [""; 0]);

    let azure = published(r#"{"version":"1.2.3","other":1}"#);
    let output = azure.run("publish-release", &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("never changed"), "{}", text(&output.stderr));
    assert_eq!(azure.changed(), [""; 0]);
}
