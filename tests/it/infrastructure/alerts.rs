//! Alerts: that they are there, look at what exists, and reach somebody.

use serde_json::{Value, json};

use super::faults::Faults;
use super::stack::{Resource, Stack};
use super::templates::StackKind;

/// Metrics that services have, how they add up, and which alerts a stack has on
/// them: the comparison and the threshold.
const METRIC_ALERTS: [(StackKind, &str, &str, &str, &str, u64); 4] = [
    (
        StackKind::Owner,
        "Microsoft.Devices/IotHubs",
        "dailyMessageQuotaUsed",
        "Maximum",
        "GreaterThan",
        0,
    ),
    (
        StackKind::Owner,
        "Microsoft.Insights/components",
        "requests/failed",
        "Count",
        "GreaterThan",
        4,
    ),
    (
        StackKind::Owner,
        "Microsoft.DocumentDB/databaseAccounts",
        "TotalRequests",
        "Count",
        "GreaterThan",
        100,
    ),
    (
        StackKind::Shared,
        "Microsoft.Storage/storageAccounts",
        "Availability",
        "Average",
        "LessThan",
        99,
    ),
];

/// Messages a day of a hub's tier.
const DAILY_MESSAGES: [(&str, u64); 2] = [("F1", 8_000), ("S1", 400_000)];

/// A log alert: whose, the table that it reads, what it counts in it, the comparison
/// and the threshold.
type LogAlert = (StackKind, &'static str, String, &'static str, u64);

fn log_alerts() -> [LogAlert; 3] {
    let received = "Name == 'mqtt-receiver' and Success".to_owned();
    let dead_lettered = format!(
        "Message has {DEAD_LETTER_MESSAGE} or toint(extract({BATCH_SUMMARY}, 1, Message)) > 0"
    );
    // What the program answers is a success to the host, whatever the code. 404 is well: no release.
    let failed =
        "toint(ResultCode) >= 500 or (not(Success) and coalesce(toint(ResultCode), 0) < 400)"
            .to_owned();
    [
        (StackKind::Owner, "AppRequests", received, "LessThan", 1),
        (StackKind::Owner, "AppTraces", dead_lettered, "GreaterThan", 0),
        (StackKind::Shared, "AppRequests", failed, "GreaterThan", 4),
    ]
}

/// What the program logs of an event that it dead-letters.
const DEAD_LETTER_MESSAGE: &str = "'event dead-lettered'";
/// What it tells the host of a batch, as the query reads it.
const BATCH_SUMMARY: &str = "'([0-9]+) dead-lettered'";

/// How often, and over how long, Azure looks.
const EVALUATION_FREQUENCIES: [&str; 2] = ["PT5M", "PT15M"];
const WINDOW_SIZES: [&str; 2] = ["PT15M", "PT1H"];

pub(super) fn check(stack_kind: StackKind, stack: &Stack, faults: &mut Faults) {
    let metrics: Vec<_> = stack.of_type("Microsoft.Insights/metricAlerts").collect();
    let expected = METRIC_ALERTS.iter().filter(|(of, ..)| *of == stack_kind);
    for (_, kind, metric, aggregation, operator, threshold) in expected.clone() {
        let on =
            |alert: &&&Resource| scoped_resource(stack, alert).is_some_and(|on| on.kind == *kind);
        let has = |alert: &&&Resource| *alert.property("/criteria/allOf/0/metricName") == **metric;
        let Some(alert) = metrics.iter().find(|alert| on(alert) && has(alert)) else {
            faults.unless(false, || format!("nobody watches {metric} of {kind}"));
            continue;
        };
        let threshold =
            if *metric == "dailyMessageQuotaUsed" { quota_threshold(stack) } else { *threshold };
        let name = alert.property("/criteria/allOf/0/name");
        let mut criterion = json!({
            "name": name, "criterionType": "StaticThresholdCriterion", "metricName": metric,
            "metricNamespace": alert.property("/criteria/allOf/0/metricNamespace"),
            "timeAggregation": aggregation, "operator": operator, "threshold": threshold,
        });
        if *metric == "TotalRequests" {
            criterion["dimensions"] =
                json!([{"name": "StatusCode", "operator": "Include", "values": ["429"]}]);
        }
        let found = alert.property("/criteria/allOf");
        let is_valid = *found == json!([criterion]) && name.is_string();
        faults.unless(is_valid, || format!("{metric}: {found}, not {criterion}"));
        let namespace = alert.property("/criteria/allOf/0/metricNamespace").as_str();
        faults.unless(
            namespace.is_some_and(|namespace| namespace.eq_ignore_ascii_case(kind)),
            || format!("{metric} is looked for in {namespace:?}"),
        );
        let criteria = alert.property("/criteria/odata.type");
        let kind = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria";
        faults.unless(*criteria == kind, || format!("{metric}: {criteria}"));
        let action_group_id = alert.property("/actions/0/actionGroupId");
        check_common_properties(stack, alert, action_group_id, "global", faults);
    }
    faults.unless(metrics.len() == expected.count(), || "an alert on nothing known".to_owned());
    let rules: Vec<_> = stack.of_type("Microsoft.Insights/scheduledQueryRules").collect();
    let log_alerts = log_alerts();
    let expected = log_alerts.iter().filter(|(of, ..)| *of == stack_kind);
    for (_, table, condition, operator, threshold) in expected.clone() {
        let query = |rule: &Resource| {
            rule.property("/criteria/allOf/0/query").as_str().unwrap_or_default().to_owned()
        };
        let reads = format!("{table} | where ");
        let Some(rule) = rules.iter().find(|rule| query(rule).starts_with(&reads)) else {
            faults.unless(false, || format!("nobody reads {table}"));
            continue;
        };
        let criterion = json!([{
            "query": reads + condition, "timeAggregation": "Count", "operator": operator,
            "threshold": threshold,
            "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
        }]);
        let found = rule.property("/criteria/allOf");
        faults.unless(*found == criterion, || format!("{table}: {found}, not {criterion}"));
        let action_group_id = rule.property("/actions/actionGroups/0");
        check_common_properties(stack, rule, action_group_id, "uksouth", faults);
        // A new workspace has no tables yet, and Azure would refuse the query.
        for flag in ["/skipQueryValidation", "/autoMitigate"] {
            faults.unless(*rule.property(flag) == true, || format!("{table}: {flag} is off"));
        }
        let title = rule.property("/displayName");
        faults.unless(title.is_string(), || format!("{table}: the letter has no title"));
        faults.unless(rule.body["kind"] == "LogAlert", || format!("{table}: kind"));
        let on = scoped_resource(stack, rule).map(|on| on.kind.as_str());
        let workspace = "Microsoft.OperationalInsights/workspaces";
        faults.unless(on == Some(workspace), || format!("{table} is not in {on:?}"));
    }
    faults.unless(rules.len() == expected.count(), || "a query of nothing known".to_owned());
}

fn quota_threshold(stack: &Stack) -> u64 {
    let tier = DAILY_MESSAGES.iter().find(|(tier, _)| stack.has_parameter("iotHubSku", tier));
    tier.map_or(0, |(_, messages)| messages * 80 / 100)
}

fn scoped_resource<'a>(stack: &'a Stack, alert: &Resource) -> Option<&'a Resource> {
    stack.by_id(alert.property("/scopes/0").as_str()?)
}

fn check_common_properties(
    stack: &Stack,
    alert: &Resource,
    action_group_id: &Value,
    location: &str,
    faults: &mut Faults,
) {
    let name = &alert.name;
    let group = action_group_id.as_str().and_then(|id| stack.by_id(id));
    faults
        .unless(group.is_some_and(|group| group.kind == "Microsoft.Insights/actionGroups"), || {
            format!("{name} tells nobody")
        });
    faults.unless(*alert.property("/enabled") == true, || format!("{name} is off"));
    faults.unless(alert.property("/severity").as_u64() <= Some(4), || format!("{name}: severity"));
    faults.unless(alert.property("/severity").is_u64(), || format!("{name} has no severity"));
    let description = alert.property("/description").as_str().unwrap_or_default();
    faults.unless(description.len() > 40, || format!("{name} does not say what to do"));
    let is_one_of = |path: &str, values: &[&str]| {
        alert.property(path).as_str().is_some_and(|value| values.contains(&value))
    };
    faults.unless(is_one_of("/evaluationFrequency", &EVALUATION_FREQUENCIES), || {
        format!("{name}: how often")
    });
    faults.unless(is_one_of("/windowSize", &WINDOW_SIZES), || format!("{name}: over how long"));
    faults.unless(alert.body["location"] == location, || format!("{name} is not in {location}"));
}

#[test]
fn the_dead_letter_alert_matches_what_the_program_logs() {
    let receiver = include_str!("../../../src/http/mqtt_receiver.rs");
    let logged = format!("{DEAD_LETTER_MESSAGE:?}").replace('\'', "");
    // At this level, which RUST_LOG lets through: the macro and the sentence in one statement.
    let warnings = receiver.split("tracing::warn!").skip(1);
    let warns = |rest: &str| rest.split_once(';').is_some_and(|(text, _)| text.contains(&logged));
    assert!(warnings.clone().any(warns), "{logged} is not what the receiver warns of");
    let reply = include_str!("../../../src/functions_host/reply.rs");
    let summary = BATCH_SUMMARY.replace('\'', "").replace("([0-9]+)", "{}") + "\"";
    assert!(reply.contains(&summary), "{summary} is not what the host is told");
}
