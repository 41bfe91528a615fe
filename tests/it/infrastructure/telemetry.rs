//! The way of telemetry: from the hub's own endpoint with the one key of the
//! system, or through an Event Hub without any.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::faults::Faults;
use super::stack::{Resource, Stack};
use super::templates::StackKind;

/// What there is one more of when telemetry is read from the hub itself, and
/// from an Event Hub: nothing that is not used, because some of it costs money.
const COUNTS_BY_INGESTION: [(&str, usize, usize); 6] = [
    ("Microsoft.KeyVault/vaults", 1, 0),
    ("Microsoft.KeyVault/vaults/secrets", 1, 0),
    ("Microsoft.Devices/IotHubs/eventHubEndpoints/ConsumerGroups", 1, 0),
    ("Microsoft.EventHub/namespaces", 0, 1),
    ("Microsoft.EventHub/namespaces/eventhubs", 0, 1),
    // The program's, and the hub's.
    ("Microsoft.ManagedIdentity/userAssignedIdentities", 1, 2),
];

pub(super) fn check(stack_kind: StackKind, stack: &Stack, faults: &mut Faults) {
    check_that_only_the_vault_holds_keys(stack, faults);
    if stack_kind == StackKind::Shared {
        return;
    }
    for (kind, builtin, event_hubs) in COUNTS_BY_INGESTION {
        let expected =
            if stack.has_parameter("ingestion", "builtin") { builtin } else { event_hubs };
        let count = stack.of_type(kind).count();
        faults.unless(count == expected, || format!("there are {count} {kind}"));
    }
    check_hub(stack, faults);
    check_secret(stack, faults);
}

fn check_hub(stack: &Stack, faults: &mut Faults) {
    let is_builtin = stack.has_parameter("ingestion", "builtin");
    let is_free = stack.has_parameter("iotHubSku", "F1");
    let Some(hub) = stack.single("Microsoft.Devices/IotHubs") else {
        return faults.unless(false, || "there is no hub".to_owned());
    };
    faults.unless(stack.parameters.get("iotHubSku") == hub.body.pointer("/sku/name"), || {
        "the hub's tier is not the parameter's".to_owned()
    });
    let kept = hub.property("/eventHubEndpoints/events/retentionTimeInDays");
    let days = if is_free { 1 } else { 7 };
    faults.unless(*kept == days, || format!("the hub keeps messages for {kept} days"));
    let keys = hub.property("/disableLocalAuth");
    faults.unless(*keys == !is_builtin, || format!("the hub's disableLocalAuth is {keys}"));
    let policies = hub.property("/authorizationPolicies");
    let service_policy = json!([{"keyName": "receiver", "rights": "ServiceConnect"}]);
    let expected = if is_builtin { service_policy } else { json!([]) };
    faults.unless(*policies == expected, || format!("the hub's keys are {policies}"));
    let expected = expected_route(stack, is_builtin);
    let route = json!([
        hub.property("/routing/endpoints/eventHubs"),
        hub.property("/routing/routes"),
        hub.property("/routing/fallbackRoute"),
        hub.body["identity"],
    ]);
    faults.unless(route == expected, || format!("messages go {route}, not {expected}"));
}

/// Endpoints, routes, what else, and as whom. All messages go one way: to the
/// hub's own endpoint, or to the Event Hub as an identity that only the hub has.
fn expected_route(stack: &Stack, is_builtin: bool) -> Value {
    let fallback_route = json!({
        "source": "DeviceMessages", "condition": "true", "endpointNames": ["events"],
        "isEnabled": is_builtin,
    });
    let event_hub =
        stack.single("Microsoft.EventHub/namespaces/eventhubs").map(Resource::last_name);
    let (Some(event_hub), Some(namespace)) =
        (event_hub, stack.single("Microsoft.EventHub/namespaces"))
    else {
        return json!([[], [], fallback_route, {"type": "None"}]);
    };
    let site = stack.single("Microsoft.Web/sites");
    let program = site.and_then(|site| site.body.pointer("/identity/userAssignedIdentities"));
    let mut identities = stack.of_type("Microsoft.ManagedIdentity/userAssignedIdentities");
    let is_the_hubs =
        |identity: &&Resource| program.is_some_and(|all| all.get(&identity.id).is_none());
    let identity = identities.find(is_the_hubs).map(|identity| identity.id.as_str());
    let endpoint = json!({
        "name": event_hub, "authenticationType": "identityBased", "entityPath": event_hub,
        "endpointUri": format!("sb://{}.servicebus.windows.net", namespace.name),
        "identity": {"userAssignedIdentity": identity},
        "subscriptionId": "00000000-0000-0000-0000-000000000001", "resourceGroup": "home",
    });
    let route = json!({
        "name": event_hub, "source": "DeviceMessages", "condition": "true",
        "endpointNames": [event_hub], "isEnabled": true,
    });
    let hub_identity = json!({
        "type": "UserAssigned", "userAssignedIdentities": {identity.unwrap_or_default(): {}},
    });
    json!([[endpoint], [route], fallback_route, hub_identity])
}

/// The one key of the system, and only where nothing else will do.
fn check_secret(stack: &Stack, faults: &mut Faults) {
    let Some(secret) = stack.single("Microsoft.KeyVault/vaults/secrets") else { return };
    let Some(hub) = stack.single("Microsoft.Devices/IotHubs") else { return };
    let id = &hub.id;
    let expected = format!(
        "Endpoint=ref({id}).eventHubEndpoints.events.endpoint;SharedAccessKeyName=receiver;\
         SharedAccessKey=keys({id}/iotHubKeys/receiver).primaryKey;\
         EntityPath=ref({id}).eventHubEndpoints.events.path"
    );
    let value = secret.property("/value");
    faults.unless(*value == expected, || format!("the secret is {value}"));
}

fn check_that_only_the_vault_holds_keys(stack: &Stack, faults: &mut Faults) {
    let mut with_keys = BTreeSet::new();
    for resource in &stack.resources {
        if resource.body.to_string().contains("keys(") {
            with_keys.insert(resource.kind.as_str());
        }
    }
    let allowed = BTreeSet::from(["Microsoft.KeyVault/vaults/secrets"]);
    faults.unless(with_keys.is_subset(&allowed), || format!("{with_keys:?} hold keys"));
}
