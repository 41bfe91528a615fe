//! Outputs equal the settings of the same name, and contain no secret.

use serde_json::Value;

use super::faults::Faults;
use super::settings::settings;
use super::stack::Stack;
use super::templates::StackKind;

/// The outputs that the scripts read.
fn read_by_scripts(stack_kind: StackKind) -> &'static [&'static str] {
    match stack_kind {
        StackKind::Owner => &[
            "DASHBOARD_URL",
            "FUNCTION_APP_NAME",
            "IDENTITY_PRINCIPAL_ID",
            "IOT_HUB_HOST",
            "IOT_HUB_NAME",
        ],
        StackKind::Shared => {
            &["FIRMWARE_URL", "FUNCTION_APP_NAME", "LATEST_VERSION_URL", "RELEASES_URL"]
        }
    }
}

pub(super) fn check(stack_kind: StackKind, stack: &Stack, faults: &mut Faults) {
    for name in read_by_scripts(stack_kind) {
        faults.unless(stack.outputs.contains_key(*name), || format!("there is no output {name}"));
    }
    let settings = settings(stack);
    for (name, value) in &stack.outputs {
        let value = value.as_str().unwrap_or_default();
        faults.unless(!value.is_empty(), || format!("output {name} is empty"));
        // Everyone with read access to the deployment can read its outputs.
        let is_secret = value.contains("keys(") || value.contains("ConnectionString");
        faults.unless(!is_secret, || format!("output {name} contains a secret"));
        let differs = settings.get(name).is_some_and(|setting| setting != value);
        faults.unless(!differs, || format!("output {name} differs from the setting"));
    }
    let text = |name: &str| stack.outputs.get(name).and_then(Value::as_str).unwrap_or_default();
    let hub = stack.single("Microsoft.Devices/IotHubs").map(|hub| hub.name.as_str());
    let site = stack.single("Microsoft.Web/sites").map(|site| site.name.as_str());
    faults.unless(Some(text("FUNCTION_APP_NAME")) == site, || "FUNCTION_APP_NAME".to_owned());
    faults.unless(Some(text("IOT_HUB_NAME")) == hub || hub.is_none(), || "IOT_HUB_NAME".to_owned());
    for (name, end) in [("DASHBOARD_URL", "/dashboard"), ("LATEST_VERSION_URL", "/latest-version")]
    {
        let is_valid = text(name).starts_with("https://") && text(name).ends_with(end);
        faults.unless(is_valid || !stack.outputs.contains_key(name), || format!("output {name}"));
    }
}
