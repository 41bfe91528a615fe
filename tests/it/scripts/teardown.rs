//! `scripts/teardown`: all that is the stack's and nothing else.

use serde_json::Value;
use serde_json::json;

use super::azure::{CLIENT, deployed, signed_in};
use super::stand_in::Azure;
use super::text;

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
pub(super) fn holding(azure: Azure, further: &[String]) -> Azure {
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

/// Deleted vaults are the subscription's: whoever owns the group alone sees and purges none.
#[test]
fn a_vault_that_may_not_be_purged_is_named_and_stops_nothing() {
    const REFUSED: &str = "ERROR: (AuthorizationFailed) over scope '/subscriptions/s'";
    for command in ["keyvault purge *", "keyvault list-deleted *"] {
        let azure = holding(signed_in(deployed()).refuse_once(command, REFUSED), &[]);
        let output = azure.run("teardown", &["owner", "--yes"]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("Key Vault {VAULT} was not purged")), "{said}");
        assert!(said.contains("whole subscription"), "{said}");
        assert_eq!(azure.changed()[..2], torn_down()[..2]);

        // Where the group is gone already, too.
        let azure = Azure::new()
            .answer("group exists *", "false")
            .refuse_once(command, REFUSED)
            .answer("keyvault list-deleted *", &json!([kept(VAULT, "cloudsmets")]).to_string());
        let output = azure.run("teardown", &["owner", "--yes"]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("subscription"), "{}", text(&output.stderr));
    }
}
