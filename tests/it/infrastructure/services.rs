//! What depends on the parameters: which services are there, and how they are set.

use serde_json::{Value, json};

use super::faults::Faults;
use super::stack::Stack;
use super::templates::StackKind;

/// How much of what a container holds is indexed, and for how long it is kept.
const CONTAINERS: [(&str, &[&str], Option<u64>); 2] = [
    ("documents", &["/partition/?"], None),
    // A year: long enough to mend the program and read them again.
    ("dead-letters", &["/partition/?"], Some(365 * 24 * 60 * 60)),
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

pub(super) fn check(stack_kind: StackKind, stack: &Stack, faults: &mut Faults) {
    check_budget(stack, faults);
    check_logs(stack, faults);
    for tag in ["ftp", "scm"] {
        let mut policies = stack.of_type("Microsoft.Web/sites/basicPublishingCredentialsPolicies");
        faults.unless(policies.any(|policy| policy.last_name() == tag), || {
            format!("passwords may publish by {tag}")
        });
    }
    match stack_kind {
        StackKind::Owner => {
            check_cosmos(stack, faults);
        }
        StackKind::Shared => {
            let mut sites = stack.of_type("Microsoft.Storage/storageAccounts/blobServices");
            let mut web =
                stack.of_type("Microsoft.Storage/storageAccounts/blobServices/containers");
            faults.unless(sites.next().is_some(), || "images have no web site".to_owned());
            faults.unless(web.any(|container| container.last_name() == "$web"), || {
                "the web site has no container".to_owned()
            });
        }
    }
}

fn check_budget(stack: &Stack, faults: &mut Faults) {
    let budget = stack.single("Microsoft.Consumption/budgets");
    let is_wanted = stack.parameters.get("monthlyBudget") != Some(&json!(0));
    faults.unless(budget.is_some() == is_wanted, || "the budget is not as asked".to_owned());
    let Some(budget) = budget else { return };
    for (kind, threshold) in [("Actual", 80), ("Forecasted", 100)] {
        let expected = json!({
            "enabled": true, "operator": "GreaterThan", "threshold": threshold,
            "thresholdType": kind, "contactEmails": ["owner@example.org"],
        });
        let notices = budget.property("/notifications").as_object();
        let is_notified = notices.is_some_and(|all| all.values().any(|notice| *notice == expected));
        faults.unless(is_notified, || format!("nobody is told when {kind} is over {threshold} %"));
    }
}

fn check_logs(stack: &Stack, faults: &mut Faults) {
    for (kind, categories, purpose) in LOGS {
        for service in stack.of_type(kind) {
            let mut settings = stack.of_type("Microsoft.Insights/diagnosticSettings");
            let log = settings.find(|log| log.scope.as_ref() == Some(&service.id));
            let logs = log.map(|log| log.property("/logs").clone()).unwrap_or_default();
            for category in categories {
                let expected = json!({"category": category, "enabled": true});
                let is_kept = logs.as_array().is_some_and(|logs| logs.contains(&expected));
                faults.unless(is_kept, || format!("{kind}: no log {category} says {purpose}"));
            }
        }
    }
}

fn check_cosmos(stack: &Stack, faults: &mut Faults) {
    let is_free = stack.has_parameter("cosmosMode", "free");
    let Some(account) = stack.single("Microsoft.DocumentDB/databaseAccounts") else {
        return faults.unless(false, || "there is no Cosmos DB account".to_owned());
    };
    let capabilities = account.property("/capabilities");
    let expected = if is_free { json!([]) } else { json!([{"name": "EnableServerless"}]) };
    faults.unless(*capabilities == expected, || format!("capabilities are {capabilities}"));
    let free = account.property("/enableFreeTier");
    faults.unless(*free == is_free, || format!("enableFreeTier is {free}"));
    for database in stack.of_type("Microsoft.DocumentDB/databaseAccounts/sqlDatabases") {
        // The free tier's; serverless refuses any.
        let expected = if is_free { json!({"throughput": 1000}) } else { json!({}) };
        let options = database.property("/options");
        faults.unless(*options == expected, || format!("the database's options are {options}"));
    }
    for (name, paths, seconds) in CONTAINERS {
        let mut all =
            stack.of_type("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers");
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

#[test]
fn the_template_creates_the_containers_that_the_store_opens() {
    let store = include_str!("../../../src/store/cosmos/account.rs");
    let opened =
        store.lines().filter(|line| line.starts_with("const ") && line.contains(": &str = "));
    let opened: Vec<_> = opened.filter_map(|line| line.split('"').nth(1)).collect();
    assert_eq!(opened, CONTAINERS.map(|(name, ..)| name));
}
