//! What depends on the parameters: which services are there, and how they are set.

<<<<<<< HEAD
use serde_json::{Value, json};

use super::faults::Faults;
use super::stack::Stack;
=======
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::faults::Faults;
use super::stack::{Resource, Stack};
>>>>>>> scripts
use super::templates::Which;

/// How much of what a container holds is indexed, and for how long it is kept.
const CONTAINERS: [(&str, &[&str], Option<u64>); 2] = [
    ("documents", &["/partition/?"], None),
    // A year: long enough to mend the program and read them again.
    ("dead-letters", &["/partition/?", "/enqueued/?"], Some(365 * 24 * 60 * 60)),
];

/// Categories of a service's own log, and what they answer.
const LOGS: [(&str, &[&str], &str); 3] = [
    (
        "Microsoft.Devices/IotHubs",
        &["Connections", "DeviceTelemetry"],
        "why a device is not let in",
    ),
    ("Microsoft.KeyVault/vaults", &["AuditEvent"], "who read the secret"),
    (
        "Microsoft.Storage/storageAccounts/blobServices",
        &["StorageWrite", "StorageDelete"],
        "who changed an image",
    ),
];

<<<<<<< HEAD
=======
/// What there is one more of when telemetry is read from the hub itself, and
/// from an Event Hub: nothing that is not used, because some of it costs money.
const INGESTION: [(&str, usize, usize); 6] = [
    ("Microsoft.KeyVault/vaults", 1, 0),
    ("Microsoft.KeyVault/vaults/secrets", 1, 0),
    ("Microsoft.Devices/IotHubs/eventHubEndpoints/ConsumerGroups", 1, 0),
    ("Microsoft.EventHub/namespaces", 0, 1),
    ("Microsoft.EventHub/namespaces/eventhubs", 0, 1),
    // The program's, and the hub's.
    ("Microsoft.ManagedIdentity/userAssignedIdentities", 1, 2),
];

>>>>>>> scripts
pub(super) fn check(which: Which, stack: &Stack, faults: &mut Faults) {
    budget(stack, faults);
    logs(stack, faults);
    for tag in ["ftp", "scm"] {
        let mut policies = stack.of("Microsoft.Web/sites/basicPublishingCredentialsPolicies");
        faults.unless(policies.any(|policy| policy.last_name() == tag), || {
            format!("passwords may publish by {tag}")
        });
    }
    match which {
        Which::Owner => {
<<<<<<< HEAD
            cosmos(stack, faults);
=======
            for (kind, builtin, event_hubs) in INGESTION {
                let expected = if stack.has("ingestion", "builtin") { builtin } else { event_hubs };
                let count = stack.of(kind).count();
                faults.unless(count == expected, || format!("there are {count} {kind}"));
            }
            cosmos(stack, faults);
            hub(stack, faults);
            secret(stack, faults);
>>>>>>> scripts
        }
        Which::Shared => {
            let mut sites = stack.of("Microsoft.Storage/storageAccounts/blobServices");
            let mut web = stack.of("Microsoft.Storage/storageAccounts/blobServices/containers");
            faults.unless(sites.next().is_some(), || "images have no web site".to_owned());
            faults.unless(web.any(|container| container.last_name() == "$web"), || {
                "the web site has no container".to_owned()
            });
        }
    }
}

fn budget(stack: &Stack, faults: &mut Faults) {
    let budget = stack.only("Microsoft.Consumption/budgets");
    let is_wanted = stack.parameters.get("monthlyBudget") != Some(&json!(0));
    faults.unless(budget.is_some() == is_wanted, || "the budget is not as asked".to_owned());
    let Some(budget) = budget else { return };
    for (kind, threshold) in [("Actual", 80), ("Forecasted", 100)] {
        let expected = json!({
            "enabled": true, "operator": "GreaterThan", "threshold": threshold,
            "thresholdType": kind, "contactEmails": ["owner@example.org"],
        });
        let notices = budget.property("/notifications").as_object();
        let is_told = notices.is_some_and(|all| all.values().any(|notice| *notice == expected));
        faults.unless(is_told, || format!("nobody is told when {kind} is over {threshold} %"));
    }
}

fn logs(stack: &Stack, faults: &mut Faults) {
    for (kind, categories, answers) in LOGS {
        for service in stack.of(kind) {
            let mut settings = stack.of("Microsoft.Insights/diagnosticSettings");
            let log = settings.find(|log| log.scope.as_ref() == Some(&service.id));
            let logs = log.map(|log| log.property("/logs").clone()).unwrap_or_default();
            for category in categories {
                let expected = json!({"category": category, "enabled": true});
                let is_kept = logs.as_array().is_some_and(|logs| logs.contains(&expected));
                faults.unless(is_kept, || format!("{kind}: no log {category} says {answers}"));
            }
        }
    }
}

fn cosmos(stack: &Stack, faults: &mut Faults) {
    let is_free = stack.has("cosmosMode", "free");
    let Some(account) = stack.only("Microsoft.DocumentDB/databaseAccounts") else {
        return faults.unless(false, || "there is no Cosmos DB account".to_owned());
    };
    let capabilities = account.property("/capabilities");
    let expected = if is_free { json!([]) } else { json!([{"name": "EnableServerless"}]) };
    faults.unless(*capabilities == expected, || format!("capabilities are {capabilities}"));
    let free = account.property("/enableFreeTier");
    faults.unless(*free == is_free, || format!("enableFreeTier is {free}"));
    for database in stack.of("Microsoft.DocumentDB/databaseAccounts/sqlDatabases") {
        // The free tier's; serverless refuses any.
        let expected = if is_free { json!({"throughput": 1000}) } else { json!({}) };
        let options = database.property("/options");
        faults.unless(*options == expected, || format!("the database's options are {options}"));
    }
    for (name, paths, seconds) in CONTAINERS {
        let mut all = stack.of("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers");
        let Some(container) = all.find(|container| container.last_name() == name) else {
            faults.unless(false, || format!("there is no container {name}"));
            continue;
        };
        let kept = container.property("/resource/defaultTtl");
        faults.unless(kept.as_u64() == seconds, || format!("{name} is kept for {kept} s"));
        let indexed = container.property("/resource/indexingPolicy/includedPaths");
        let expected: Value = paths.iter().map(|path| json!({"path": path})).collect();
        faults.unless(*indexed == expected, || format!("{name} is indexed by {indexed}"));
    }
}

<<<<<<< HEAD
#[test]
fn the_containers_are_those_that_the_store_opens() {
    let store = include_str!("../../../src/store/cosmos/account.rs");
    let opened =
        store.lines().filter(|line| line.starts_with("const ") && line.contains(": &str = "));
    let opened: Vec<_> = opened.filter_map(|line| line.split('"').nth(1)).collect();
    assert_eq!(opened, CONTAINERS.map(|(name, ..)| name));
=======
fn hub(stack: &Stack, faults: &mut Faults) {
    let is_builtin = stack.has("ingestion", "builtin");
    let is_free = stack.has("iotHubSku", "F1");
    let Some(hub) = stack.only("Microsoft.Devices/IotHubs") else {
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
    let least = json!([{"keyName": "receiver", "rights": "ServiceConnect"}]);
    let expected = if is_builtin { least } else { json!([]) };
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
    let otherwise = json!({
        "source": "DeviceMessages", "condition": "true", "endpointNames": ["events"],
        "isEnabled": is_builtin,
    });
    let event_hub = stack.only("Microsoft.EventHub/namespaces/eventhubs").map(Resource::last_name);
    let (Some(event_hub), Some(space)) = (event_hub, stack.only("Microsoft.EventHub/namespaces"))
    else {
        return json!([[], [], otherwise, {"type": "None"}]);
    };
    let site = stack.only("Microsoft.Web/sites");
    let program = site.and_then(|site| site.body.pointer("/identity/userAssignedIdentities"));
    let mut identities = stack.of("Microsoft.ManagedIdentity/userAssignedIdentities");
    let is_hubs = |identity: &&Resource| program.is_some_and(|all| all.get(&identity.id).is_none());
    let identity = identities.find(is_hubs).map(|identity| identity.id.as_str());
    let endpoint = json!({
        "name": event_hub, "authenticationType": "identityBased", "entityPath": event_hub,
        "endpointUri": format!("sb://{}.servicebus.windows.net", space.name),
        "identity": {"userAssignedIdentity": identity},
        "subscriptionId": "00000000-0000-0000-0000-000000000001", "resourceGroup": "home",
    });
    let route = json!({
        "name": event_hub, "source": "DeviceMessages", "condition": "true",
        "endpointNames": [event_hub], "isEnabled": true,
    });
    let who = json!({
        "type": "UserAssigned", "userAssignedIdentities": {identity.unwrap_or_default(): {}},
    });
    json!([[endpoint], [route], otherwise, who])
}

/// The one key of the system, and only where nothing else will do.
fn secret(stack: &Stack, faults: &mut Faults) {
    let mut with_keys = BTreeSet::new();
    for resource in &stack.resources {
        if resource.body.to_string().contains("keys(") {
            with_keys.insert(resource.kind.as_str());
        }
    }
    let allowed = BTreeSet::from(["Microsoft.KeyVault/vaults/secrets"]);
    faults.unless(with_keys.is_subset(&allowed), || format!("{with_keys:?} hold keys"));
    let Some(secret) = stack.only("Microsoft.KeyVault/vaults/secrets") else { return };
    let Some(hub) = stack.only("Microsoft.Devices/IotHubs") else { return };
    let id = &hub.id;
    let expected = format!(
        "Endpoint=ref({id}).eventHubEndpoints.events.endpoint;SharedAccessKeyName=receiver;\
         SharedAccessKey=keys({id}/iotHubKeys/receiver).primaryKey;\
         EntityPath=ref({id}).eventHubEndpoints.events.path"
    );
    let value = secret.property("/value");
    faults.unless(*value == expected, || format!("the secret is {value}"));
>>>>>>> scripts
}
