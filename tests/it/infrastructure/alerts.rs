//! Alerts: that they are there, look at what exists, and reach somebody.

use serde_json::{Value, json};

use super::faults::Faults;
use super::stack::{Resource, Stack};
use super::templates::Which;

/// Metrics that services have, how they add up, and which alerts a stack has on
/// them: the comparison and the threshold.
const METRICS: [(Which, &str, &str, &str, &str, u64); 4] = [
    (
        Which::Owner,
        "Microsoft.Devices/IotHubs",
        "dailyMessageQuotaUsed",
        "Maximum",
        "GreaterThan",
        0,
    ),
    (Which::Owner, "Microsoft.Insights/components", "requests/failed", "Count", "GreaterThan", 4),
    (
        Which::Owner,
        "Microsoft.DocumentDB/databaseAccounts",
        "TotalRequests",
        "Count",
        "GreaterThan",
        100,
    ),
    (Which::Shared, "Microsoft.Storage/storageAccounts", "Availability", "Average", "LessThan", 99),
];

/// Messages a day of a hub's tier.
const MESSAGES: [(&str, u64); 2] = [("F1", 8_000), ("S1", 400_000)];

/// A log alert: whose, the table that it reads, what it counts in it, the comparison
/// and the threshold.
type Query = (Which, &'static str, String, &'static str, u64);

fn queries() -> [Query; 3] {
    let received = "Name == 'mqtt-receiver' and Success".to_owned();
    let kept_aside = format!("Message has {LOGGED} or toint(extract({SUMMED_UP}, 1, Message)) > 0");
    // What the program answers is a success to the host, whatever the code. 404 is well: no release.
    let failed =
        "toint(ResultCode) >= 500 or (not(Success) and coalesce(toint(ResultCode), 0) < 400)"
            .to_owned();
    [
        (Which::Owner, "AppRequests", received, "LessThan", 1),
        (Which::Owner, "AppTraces", kept_aside, "GreaterThan", 0),
        (Which::Shared, "AppRequests", failed, "GreaterThan", 4),
    ]
}

/// What the program logs of an event that it keeps aside.
const LOGGED: &str = "'event kept aside'";
/// What it tells the host of a batch, as the query reads it.
const SUMMED_UP: &str = "'([0-9]+) kept aside'";

/// How often, and over how long, Azure looks.
const OFTEN: [&str; 2] = ["PT5M", "PT15M"];
const LONG: [&str; 2] = ["PT15M", "PT1H"];

pub(super) fn check(which: Which, stack: &Stack, faults: &mut Faults) {
    let metrics: Vec<_> = stack.of("Microsoft.Insights/metricAlerts").collect();
    let expected = METRICS.iter().filter(|(of, ..)| *of == which);
    for (_, kind, metric, adds_up, operator, threshold) in expected.clone() {
        let on = |alert: &&&Resource| scope(stack, alert).is_some_and(|on| on.kind == *kind);
        let has = |alert: &&&Resource| *alert.property("/criteria/allOf/0/metricName") == **metric;
        let Some(alert) = metrics.iter().find(|alert| on(alert) && has(alert)) else {
            faults.unless(false, || format!("nobody watches {metric} of {kind}"));
            continue;
        };
        let threshold = if *metric == "dailyMessageQuotaUsed" { quota(stack) } else { *threshold };
        let name = alert.property("/criteria/allOf/0/name");
        let mut criterion = json!({
            "name": name, "criterionType": "StaticThresholdCriterion", "metricName": metric,
            "metricNamespace": alert.property("/criteria/allOf/0/metricNamespace"),
            "timeAggregation": adds_up, "operator": operator, "threshold": threshold,
        });
        if *metric == "TotalRequests" {
            criterion["dimensions"] =
                json!([{"name": "StatusCode", "operator": "Include", "values": ["429"]}]);
        }
        let found = alert.property("/criteria/allOf");
        let is_well = *found == json!([criterion]) && name.is_string();
        faults.unless(is_well, || format!("{metric}: {found}, not {criterion}"));
        let space = alert.property("/criteria/allOf/0/metricNamespace").as_str();
        faults.unless(space.is_some_and(|space| space.eq_ignore_ascii_case(kind)), || {
            format!("{metric} is looked for in {space:?}")
        });
        let criteria = alert.property("/criteria/odata.type");
        let kind = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria";
        faults.unless(*criteria == kind, || format!("{metric}: {criteria}"));
        let tells = alert.property("/actions/0/actionGroupId");
        in_common(stack, alert, tells, "global", faults);
    }
    faults.unless(metrics.len() == expected.count(), || "an alert on nothing known".to_owned());
    let rules: Vec<_> = stack.of("Microsoft.Insights/scheduledQueryRules").collect();
    let queries = queries();
    let expected = queries.iter().filter(|(of, ..)| *of == which);
    for (_, table, counts, operator, threshold) in expected.clone() {
        let query = |rule: &Resource| {
            rule.property("/criteria/allOf/0/query").as_str().unwrap_or_default().to_owned()
        };
        let reads = format!("{table} | where ");
        let Some(rule) = rules.iter().find(|rule| query(rule).starts_with(&reads)) else {
            faults.unless(false, || format!("nobody reads {table}"));
            continue;
        };
        let criterion = json!([{
            "query": reads + counts, "timeAggregation": "Count", "operator": operator,
            "threshold": threshold,
            "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
        }]);
        let found = rule.property("/criteria/allOf");
        faults.unless(*found == criterion, || format!("{table}: {found}, not {criterion}"));
        let tells = rule.property("/actions/actionGroups/0");
        in_common(stack, rule, tells, "uksouth", faults);
        // A new workspace has no tables yet, and Azure would refuse the query.
        for flag in ["/skipQueryValidation", "/autoMitigate"] {
            faults.unless(*rule.property(flag) == true, || format!("{table}: {flag} is off"));
        }
        let title = rule.property("/displayName");
        faults.unless(title.is_string(), || format!("{table}: the letter has no title"));
        faults.unless(rule.body["kind"] == "LogAlert", || format!("{table}: kind"));
        let on = scope(stack, rule).map(|on| on.kind.as_str());
        let workspace = "Microsoft.OperationalInsights/workspaces";
        faults.unless(on == Some(workspace), || format!("{table} is not in {on:?}"));
    }
    faults.unless(rules.len() == expected.count(), || "a query of nothing known".to_owned());
}

fn quota(stack: &Stack) -> u64 {
    let tier = MESSAGES.iter().find(|(tier, _)| stack.has("iotHubSku", tier));
    tier.map_or(0, |(_, messages)| messages * 80 / 100)
}

fn scope<'a>(stack: &'a Stack, alert: &Resource) -> Option<&'a Resource> {
    stack.at(alert.property("/scopes/0").as_str()?)
}

fn in_common(stack: &Stack, alert: &Resource, tells: &Value, place: &str, faults: &mut Faults) {
    let name = &alert.name;
    let group = tells.as_str().and_then(|id| stack.at(id));
    faults
        .unless(group.is_some_and(|group| group.kind == "Microsoft.Insights/actionGroups"), || {
            format!("{name} tells nobody")
        });
    faults.unless(*alert.property("/enabled") == true, || format!("{name} is off"));
    faults.unless(alert.property("/severity").as_u64() <= Some(4), || format!("{name}: severity"));
    faults.unless(alert.property("/severity").is_u64(), || format!("{name} has no severity"));
    let about = alert.property("/description").as_str().unwrap_or_default();
    faults.unless(about.len() > 40, || format!("{name} does not say what to do"));
    let is_one_of = |path: &str, values: &[&str]| {
        alert.property(path).as_str().is_some_and(|value| values.contains(&value))
    };
    faults.unless(is_one_of("/evaluationFrequency", &OFTEN), || format!("{name}: how often"));
    faults.unless(is_one_of("/windowSize", &LONG), || format!("{name}: over how long"));
    faults.unless(alert.body["location"] == place, || format!("{name} is not in {place}"));
}

#[test]
fn the_alert_on_dead_letters_looks_for_what_the_program_says() {
    let receiver = include_str!("../../../src/http/mqtt_receiver.rs");
    let logged = format!("{LOGGED:?}").replace('\'', "");
    // At this level, which RUST_LOG lets through: the macro and the sentence in one statement.
    let warnings = receiver.split("tracing::warn!").skip(1);
    let warns = |rest: &str| rest.split_once(';').is_some_and(|(text, _)| text.contains(&logged));
    assert!(warnings.clone().any(warns), "{logged} is not what the receiver warns of");
    let reply = include_str!("../../../src/functions_host/reply.rs");
    let summed_up = SUMMED_UP.replace('\'', "").replace("([0-9]+)", "{}") + "\"";
    assert!(reply.contains(&summed_up), "{summed_up} is not what the host is told");
}
