//! The trigger of `mqtt-receiver`.

use super::faults::Faults;
use super::roles::program_identity;
use super::settings::settings;
use super::stack::{Resource, Stack};
use super::templates::{StackKind, read_json};

/// The settings that `function.json` names exist and lead to the telemetry.
pub(super) fn check(stack_kind: StackKind, stack: &Stack, faults: &mut Faults) {
    let settings = settings(stack);

    let function = read_json("mqtt-receiver/function.json");
    let trigger = &function["bindings"][0];
    let text = |name: &str| trigger[name].as_str().unwrap_or_default();
    let set = |name: &str| settings.get(name).map(String::as_str);
    let connection = text("connection");
    if stack_kind == StackKind::Shared {
        let is_set = settings.keys().any(|name| name.starts_with(connection));
        return faults.unless(!is_set, || {
            format!("{connection} is set, although the function does not run there")
        });
    }
    let [name, group] =
        ["eventHubName", "consumerGroup"].map(|name| set(text(name).trim_matches('%')));
    let part = |name: &str| set(&format!("{connection}__{name}"));
    let by_identity = [part("fullyQualifiedNamespace"), part("credential"), part("clientId")];
    let found = (set(connection), by_identity, name, group);
    if stack.has_parameter("ingestion", "builtin") {
        let secret = stack.single("Microsoft.KeyVault/vaults/secrets");
        let names = secret.and_then(|secret| secret.name.split_once('/'));
        let secret = names.map(|(vault, secret)| {
            format!("@Microsoft.KeyVault(VaultName={vault};SecretName={secret})")
        });
        let hub = stack.single("Microsoft.Devices/IotHubs");
        let hub = hub.map(|hub| format!("ref({}).eventHubEndpoints.events.path", hub.id));
        let consumer_group =
            stack.single("Microsoft.Devices/IotHubs/eventHubEndpoints/ConsumerGroups");
        let consumer_group = consumer_group.map(Resource::last_name);
        let expected = (secret.as_deref(), [None; 3], hub.as_deref(), consumer_group);
        let is_valid =
            found == expected && consumer_group.is_some() && consumer_group != Some("$Default");
        faults.unless(is_valid, || format!("the trigger reads {found:?}, not {expected:?}"));
    } else {
        let namespace = stack.single("Microsoft.EventHub/namespaces");
        let namespace =
            namespace.map(|namespace| format!("{}.servicebus.windows.net", namespace.name));
        let client = format!("ref({}).clientId", program_identity(stack).unwrap_or_default());
        let event_hub = stack.single("Microsoft.EventHub/namespaces/eventhubs");
        let event_hub = event_hub.map(Resource::last_name);
        let identity = [namespace.as_deref(), Some("managedidentity"), Some(client.as_str())];
        // The Basic tier has no other consumer group.
        let expected = (None, identity, event_hub, Some("$Default"));
        faults
            .unless(found == expected, || format!("the trigger reads {found:?}, not {expected:?}"));
    }
}
