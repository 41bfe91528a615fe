//! Answers of the `az` stub for a subscription with a stack.

use serde_json::Value;
use serde_json::json;

use super::az_stub::AzStub;

pub(super) const CLIENT: &str = "11111111-1111-4111-8111-111111111111";
pub(super) const NEW_CLIENT: &str = "22222222-2222-4222-8222-222222222222";

/// The parameters of a deployment, with one of them replaced.
pub(super) fn deployment_parameters(name: &str, value: Value) -> String {
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

/// Azure changes the case of the names of outputs.
pub(super) fn deployment_outputs() -> String {
    let value = |value: &str| json!({ "type": "String", "value": value });
    json!({
        "functioN_APP_NAME": value("cloudsmets-tcvhiyu5h2o5o"),
        "dashboarD_URL": value("https://cloudsmets-tcvhiyu5h2o5o.azurewebsites.net/dashboard"),
        "ioT_HUB_NAME": value("hub-1"),
        "ioT_HUB_HOST": value("hub-1.azure-devices.net"),
        "identitY_PRINCIPAL_ID": value("the-identity"),
        "firmwarE_ACCOUNT": value("images1"),
        "releaseS_URL": value("https://images1.example/$web"),
        "firmwarE_URL": value("https://images1.example/"),
        "latesT_VERSION_URL": value("https://cloudsmets-tcvhiyu5h2o5o.example/latest-version"),
    })
    .to_string()
}

/// The parameters that a command passes to the template.
pub(super) fn passed_parameters(command: &str) -> Value {
    let (_, rest) = command.split_once(" --parameters ").unwrap();
    let (file, _) = rest.split_once(" --no-prompt ").unwrap();
    serde_json::from_str::<Value>(file).unwrap()["parameters"].take()
}

/// A subscription with a successfully deployed stack.
pub(super) fn deployed() -> AzStub {
    deployed_with("packageUri", json!(""))
}

pub(super) fn deployed_with(parameter: &str, value: Value) -> AzStub {
    let budget = json!({
        "name": "cloudsmets-tcvhiyu5h2o5o",
        "properties": { "timePeriod": { "startDate": "2026-01-01T00:00:00Z" } },
    });
    deployed_with_budgets(&[budget], parameter, value)
}

/// Like [`deployed`], with these budgets in the group.
pub(super) fn deployed_with_budgets(budgets: &[Value], parameter: &str, value: Value) -> AzStub {
    deployed_stack("owner", budgets, parameter, value)
}

/// A subscription with a successful deployment of one of the two stacks.
pub(super) fn deployed_stack(
    stack: &str,
    budgets: &[Value],
    parameter: &str,
    value: Value,
) -> AzStub {
    AzStub::new()
        .answer("rest *Microsoft.Consumption/budgets*", &json!({ "value": budgets }).to_string())
        .answer("account show *tenantId*", "the-tenant")
        .answer("group exists *", "true")
        .answer("deployment group list *", &format!("cloudsmets-{stack}"))
        .answer("deployment group show *templateHash*", "Succeeded 42")
        .answer("rest --method post *calculateTemplateHash*", "42")
        .answer(
            "deployment group show *properties.parameters*",
            &deployment_parameters(parameter, value),
        )
        .answer("deployment group show *properties.outputs*", &deployment_outputs())
}

/// An app registration with the dashboard's title.
pub(super) fn app_registration(redirect: &str) -> Value {
    json!({
        "appId": CLIENT, "displayName": "CloudSMETS dashboard cloudsmets-tcvhiyu5h2o5o",
        "passwordCredentials": [], "keyCredentials": [],
        "publicClient": { "redirectUris": [] }, "spa": { "redirectUris": [] },
        "web": { "redirectUris": [redirect] },
    })
}

pub(super) const CALLBACK: &str =
    "https://cloudsmets-tcvhiyu5h2o5o.azurewebsites.net/.auth/login/aad/callback";

/// Like [`deployed`], with a complete sign-in.
pub(super) fn with_sign_in(azure: AzStub) -> AzStub {
    azure
        .answer("ad app list *appId eq*", CLIENT)
        .answer("ad app show *displayName*", "CloudSMETS dashboard cloudsmets-tcvhiyu5h2o5o")
        .answer("ad app show *", "AzureADMyOrg true true")
        .answer("ad sp list *", "the-principal")
        .answer("ad app federated-credential list *", "the-credential")
}
