//! Easy Auth: in front of every page of the dashboard, nowhere else.

use serde_json::{Value, json};

use super::arm_functions::TENANT;
use super::faults::Faults;
use super::settings::settings;
use super::stack::Stack;
use super::templates::StackKind;

pub(super) fn check(stack_kind: StackKind, stack: &Stack, faults: &mut Faults) {
    let mut all = stack.of_type("Microsoft.Web/sites/config");
    let found = all.find(|config| config.last_name() == "authsettingsV2");
    let Some(config) = found.filter(|_| stack_kind == StackKind::Owner) else {
        // Devices have no account to sign in with.
        return faults.unless(found.is_none() == (stack_kind == StackKind::Shared), || {
            format!("{stack_kind:?}: Easy Auth is {}", found.is_some())
        });
    };
    let client = stack.parameters.get("dashboardClientId").filter(|id| **id != "");
    let entra = "/identityProviders/azureActiveDirectory";
    let issuer = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
    // Without a registration there is nothing to be led to.
    let unauthenticated_action = if client.is_some() { "RedirectToLoginPage" } else { "Return401" };
    let expected: [(&str, Value); 11] = [
        ("/platform/enabled", json!(true)),
        ("/globalValidation/requireAuthentication", json!(true)),
        ("/globalValidation/unauthenticatedClientAction", json!(unauthenticated_action)),
        ("/globalValidation/redirectToProvider", json!("azureactivedirectory")),
        ("/globalValidation/excludedPaths", Value::Null),
        ("/httpSettings/requireHttps", json!(true)),
        (&format!("{entra}/enabled"), json!(client.is_some())),
        (&format!("{entra}/registration/clientId"), json!(client)),
        (&format!("{entra}/registration/openIdIssuer"), json!(issuer)),
        (
            // Tokens for other apps of the tenant open nothing here.
            &format!("{entra}/validation/defaultAuthorizationPolicy/allowedApplications"),
            json!(Vec::from_iter(client)),
        ),
        ("/login/tokenStore/enabled", json!(true)),
    ];
    for (path, value) in expected {
        let found = config.property(path);
        faults.unless(*found == value, || format!("Easy Auth: {path} is {found}, not {value}"));
    }
    // The app proves itself to Entra by its identity: this very name means that.
    let secret_setting = config.property(&format!("{entra}/registration/clientSecretSettingName"));
    let secret_setting = secret_setting.as_str().unwrap_or_default();
    let is_known = secret_setting == "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID";
    faults.unless(is_known && settings(stack).contains_key(secret_setting), || {
        format!("Easy Auth proves itself by {secret_setting:?}")
    });
}
