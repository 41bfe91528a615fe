//! The trigger of `mqtt-receiver`.

use super::faults::Faults;
use super::roles::program;
use super::settings::settings;
use super::stack::{Resource, Stack};
use super::templates::{Which, json_file};

/// What `function.json` names is set, and leads to where the telemetry is.
pub(super) fn check(which: Which, stack: &Stack, faults: &mut Faults) {
    let settings = settings(stack);

    let function = json_file("mqtt-receiver/function.json");
    let trigger = &function["bindings"][0];
    let text = |name: &str| trigger[name].as_str().unwrap_or_default();
    let set = |name: &str| settings.get(name).map(String::as_str);
    let connection = text("connection");
    if which == Which::Shared {
        let is_there = settings.keys().any(|name| name.starts_with(connection));
        return faults.unless(!is_there, || format!("{connection} is of no use there"));
    }
    let [name, group] =
        ["eventHubName", "consumerGroup"].map(|name| set(text(name).trim_matches('%')));
    let part = |name: &str| set(&format!("{connection}__{name}"));
    let by_identity = [part("fullyQualifiedNamespace"), part("credential"), part("clientId")];
    let found = (set(connection), by_identity, name, group);
    if stack.has("ingestion", "builtin") {
        let secret = stack.only("Microsoft.KeyVault/vaults/secrets");
        let names = secret.and_then(|secret| secret.name.split_once('/'));
        let secret = names.map(|(vault, secret)| {
            format!("@Microsoft.KeyVault(VaultName={vault};SecretName={secret})")
        });
        let hub = stack.only("Microsoft.Devices/IotHubs");
        let hub = hub.map(|hub| format!("ref({}).eventHubEndpoints.events.path", hub.id));
        let own = stack.only("Microsoft.Devices/IotHubs/eventHubEndpoints/ConsumerGroups");
        let own = own.map(Resource::last_name);
        let expected = (secret.as_deref(), [None; 3], hub.as_deref(), own);
        let is_well = found == expected && own.is_some() && own != Some("$Default");
        faults.unless(is_well, || format!("the trigger reads {found:?}, not {expected:?}"));
    } else {
        let space = stack.only("Microsoft.EventHub/namespaces");
        let space = space.map(|space| format!("{}.servicebus.windows.net", space.name));
        let client = format!("ref({}).clientId", program(stack).unwrap_or_default());
        let event_hub = stack.only("Microsoft.EventHub/namespaces/eventhubs");
        let event_hub = event_hub.map(Resource::last_name);
        let identity = [space.as_deref(), Some("managedidentity"), Some(client.as_str())];
        // Basic has no other group.
        let expected = (None, identity, event_hub, Some("$Default"));
        faults
            .unless(found == expected, || format!("the trigger reads {found:?}, not {expected:?}"));
    }
}
