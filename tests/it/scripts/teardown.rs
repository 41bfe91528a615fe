//! `scripts/teardown` deletes everything that belongs to the stack, and nothing else.

use serde_json::Value;
use serde_json::json;

use super::az_stub::AzStub;
use super::subscription::{CLIENT, deployed, with_sign_in};
use super::text;

const VAULT: &str = "cloudsmetstcvhiyu5h2o5o";

/// The id of a resource. Azure's ids ignore case, so `kind` may be in any case.
fn id(kind: &str, name: &str) -> String {
    format!("/subscriptions/s/resourceGroups/CloudSMETS/providers/{kind}/{name}")
}

fn stack_resources() -> Vec<String> {
    vec![
        id("Microsoft.Web/serverfarms", "cloudsmets-tcvhiyu5h2o5o"),
        id("Microsoft.Web/sites", "cloudsmets-tcvhiyu5h2o5o"),
        id("Microsoft.KeyVault/vaults", VAULT),
        id("Microsoft.Insights/components", "cloudsmets-tcvhiyu5h2o5o"),
    ]
}

/// Other resources that belong to the stack: ids in another case, child resources, resources of the
/// other `--ingestion`, and those that Azure creates for Application Insights.
fn related_resources() -> Vec<String> {
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

/// A deleted vault that Azure retains.
fn deleted_vault(name: &str, group: &str) -> Value {
    let vault = format!(
        "/subscriptions/s/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    );
    json!({ "name": name, "properties": { "vaultId": vault, "location": "ukwest" } })
}

/// A subscription whose group contains the stack's resources and the `further` ones.
pub(super) fn with_group_contents(azure: AzStub, further: &[String]) -> AzStub {
    let resources: Vec<_> =
        stack_resources().into_iter().chain(related_resources()).chain(further.to_vec()).collect();
    let deleted = [
        deleted_vault(VAULT, "cloudsmets"),
        deleted_vault("cloudsmetsaaaaaaaaaaaaa", "cloudsmets"),
        deleted_vault("somebodysvault", "CloudSMETS"),
        deleted_vault(VAULT, "cloudsmets-2"),
    ];
    azure
        .answer("deployment group show *outputResources*", &json!(stack_resources()).to_string())
        .answer("resource list *.id --output json", &json!(resources).to_string())
        .answer("keyvault list-deleted *", &json!(deleted).to_string())
}

fn teardown_commands() -> Vec<String> {
    vec![
        format!("ad app delete --id {CLIENT} --output tsv"),
        "group delete --name cloudsmets --yes --output tsv".to_owned(),
        format!("keyvault purge --name {VAULT} --location ukwest --output tsv"),
    ]
}

#[test]
fn teardown_needs_agreement_and_purges_only_the_stacks_own_vault() {
    let azure = AzStub::new().answer("group exists *", "false");
    let output = azure.run("teardown", &["owner", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"));
    assert_eq!(azure.take_changes(), [""; 0]);

    let azure = with_group_contents(with_sign_in(deployed()), &[]);
    let output = azure.run("teardown", &["owner"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(azure.take_changes(), [""; 0]);
    let output = azure.run("teardown", &["owner", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("/export?"), "{}", text(&output.stderr));
    assert_eq!(azure.take_changes(), teardown_commands());
}

#[test]
fn foreign_resources_stop_the_teardown_unless_everything_is_given() {
    let foreign_resources = [
        id("Microsoft.Compute/virtualMachines", "theirs"),
        id("Microsoft.KeyVault/vaults", "somebodysvault"),
        id("Microsoft.Web/sites", "cloudsmets-tcvhiyu5h2o5o-2"),
    ];
    for foreign_resource in &foreign_resources {
        let azure =
            with_group_contents(with_sign_in(deployed()), std::slice::from_ref(foreign_resource));
        let output = azure.run("teardown", &["owner", "--yes"]);
        assert_eq!(output.status.code(), Some(1), "{foreign_resource}");
        let message = text(&output.stderr);
        assert!(
            message.contains(foreign_resource.as_str()) && message.contains("--everything"),
            "{message}"
        );
        assert_eq!(azure.take_changes(), [""; 0]);
        // `--everything` does not imply `--yes`.
        let output = azure.run("teardown", &["owner", "--everything"]);
        assert_eq!(output.status.code(), Some(1), "{foreign_resource}");
        assert_eq!(azure.take_changes(), [""; 0]);
        let output = azure.run("teardown", &["owner", "--everything", "--yes"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(foreign_resource.as_str()));
        assert_eq!(azure.take_changes(), teardown_commands());
    }
}

#[test]
fn a_group_without_the_stack_is_not_torn_down() {
    let group = || AzStub::new().answer("group exists *", "true");
    let with = |outputs: &str| {
        with_group_contents(group(), &[])
            .answer("deployment group list *", "cloudsmets-owner")
            .answer("deployment group show *properties.outputs*", outputs)
    };
    let named = |app| json!({ "functioN_APP_NAME": { "value": app } }).to_string();
    for azure in [
        group(),
        // There are no outputs: the deployment failed, or another template has the same parameters.
        with(""),
        with(r#"{"HOST":{"value":"h"}}"#),
        with(&named("their-app")),
        // The app of a stack that is not in this group.
        with(&named("cloudsmets-aaaaaaaaaaaaa")),
    ] {
        for further in [&[][..], &["--everything"]] {
            let arguments = [&["owner", "--yes"], further].concat();
            let output = azure.run("teardown", &arguments);
            assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
            assert_eq!(azure.take_changes(), [""; 0]);
        }
    }
}

/// A single parameter may also occur in a template of another project.
#[test]
fn a_deployment_is_recognised_by_a_set_of_parameters_unique_to_its_stack() {
    for (stack, parameters) in [
        ("owner", &["ingestion", "iotHubSku", "cosmosMode"][..]),
        ("shared", &["publishers", "alertEmail", "packageUri"]),
    ] {
        let azure = AzStub::new().answer("group exists *", "true");
        azure.run("teardown", &[stack, "--yes"]);
        let asked = azure.take_commands();
        let list = asked.iter().find(|line| line.starts_with("deployment group list ")).unwrap();
        let paths: Vec<_> =
            parameters.iter().map(|name| format!("properties.parameters.{name}")).collect();
        assert!(list.contains(&paths.join(" && ")), "{list}");
    }
}

#[test]
fn vaults_of_a_deleted_group_are_purged_only_with_agreement() {
    let gone = |vaults: &[Value]| {
        AzStub::new()
            .answer("group exists *", "false")
            .answer("keyvault list-deleted *", &json!(vaults).to_string())
    };
    let other = deleted_vault("cloudsmetsaaaaaaaaaaaaa", "cloudsmets-2");
    let azure = gone(&[deleted_vault(VAULT, "CloudSMETS"), other.clone()]);
    let output = azure.run("teardown", &["owner"]);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(message.contains(VAULT) && message.contains("--yes"), "{message}");
    assert_eq!(azure.take_changes(), [""; 0]);
    let output = azure.run("teardown", &["owner", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(azure.take_changes(), teardown_commands()[2..]);

    // The name is not that of a stack's vault, so --yes is not enough.
    for name in ["somebodysvault", "some-vaulttcvhiyu5h2o5o", "cloudsmets1111111111111"] {
        let azure = gone(&[
            deleted_vault(VAULT, "cloudsmets"),
            deleted_vault(name, "cloudsmets"),
            other.clone(),
        ]);
        let output = azure.run("teardown", &["owner", "--yes"]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(text(&output.stderr).contains(&format!("{name} is not named as")));
        assert_eq!(azure.take_changes(), [""; 0]);
    }

    let azure = gone(&[other]);
    let output = azure.run("teardown", &["owner", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing to change"));
}

/// Deleted vaults belong to the subscription. An Owner of the group alone can neither list nor purge
/// them.
#[test]
fn a_vault_that_cannot_be_purged_is_reported_and_the_rest_is_deleted() {
    const FORBIDDEN: &str = "ERROR: (AuthorizationFailed) over scope '/subscriptions/s'";
    for command in ["keyvault purge *", "keyvault list-deleted *"] {
        let azure =
            with_group_contents(with_sign_in(deployed()).fail_once(command, FORBIDDEN), &[]);
        let output = azure.run("teardown", &["owner", "--yes"]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(message.contains(&format!("Key Vault {VAULT} was not purged")), "{message}");
        assert!(message.contains("whole subscription"), "{message}");
        assert_eq!(azure.take_changes()[..2], teardown_commands()[..2]);

        // The same applies if the group no longer exists.
        let azure =
            AzStub::new().answer("group exists *", "false").fail_once(command, FORBIDDEN).answer(
                "keyvault list-deleted *",
                &json!([deleted_vault(VAULT, "cloudsmets")]).to_string(),
            );
        let output = azure.run("teardown", &["owner", "--yes"]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("subscription"), "{}", text(&output.stderr));
    }
}
