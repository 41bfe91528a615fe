//! Alerts watch something that is deployed, notify the action group, and are on.

use super::faults::Faults;
use super::stack::{Resource, Stack};
use super::templates::StackKind;

/// What the program logs for an event that it dead-letters, as the alert's query quotes it.
pub(super) const DEAD_LETTER_MESSAGE: &str = "'event dead-lettered'";
/// The summary of a batch in the reply to the host, as the alert's query reads it.
pub(super) const BATCH_SUMMARY: &str = "'([0-9]+) dead-lettered'";

/// The number of messages that a hub of a tier accepts in a day.
const DAILY_MESSAGES: [(&str, u64); 2] = [("F1", 8_000), ("S1", 400_000)];

pub(super) fn check(_: StackKind, stack: &Stack, faults: &mut Faults) {
    for alert in stack.of_type("Microsoft.Insights/metricAlerts") {
        let metric = alert.property("/criteria/allOf/0/metricName");
        let namespace = alert.property("/criteria/allOf/0/metricNamespace").as_str();
        let watched = scoped_resource(stack, alert).map(|watched| watched.kind.as_str());
        let is_watched = watched
            .zip(namespace)
            .is_some_and(|(kind, namespace)| kind.eq_ignore_ascii_case(namespace));
        faults.unless(is_watched, || format!("{metric} of {watched:?} is in {namespace:?}"));
        if *metric == "dailyMessageQuotaUsed" {
            let threshold = alert.property("/criteria/allOf/0/threshold").as_u64();
            let expected = quota_threshold(stack);
            faults.unless(threshold == expected, || format!("{metric}: {threshold:?}"));
        }
        check_action(stack, alert, "/actions/0/actionGroupId", faults);
    }
    for rule in stack.of_type("Microsoft.Insights/scheduledQueryRules") {
        let watched = scoped_resource(stack, rule).map(|watched| watched.kind.as_str());
        let workspace = "Microsoft.OperationalInsights/workspaces";
        faults.unless(watched == Some(workspace), || format!("{} reads {watched:?}", rule.name));
        check_action(stack, rule, "/actions/actionGroups/0", faults);
    }
}

/// 80 % of the quota of the hub's tier.
fn quota_threshold(stack: &Stack) -> Option<u64> {
    let tier = DAILY_MESSAGES.iter().find(|(tier, _)| stack.has_parameter("iotHubSku", tier));
    tier.map(|(_, messages)| messages * 80 / 100)
}

fn scoped_resource<'a>(stack: &'a Stack, alert: &Resource) -> Option<&'a Resource> {
    stack.by_id(alert.property("/scopes/0").as_str()?)
}

fn check_action(stack: &Stack, alert: &Resource, path: &str, faults: &mut Faults) {
    let name = &alert.name;
    let group = alert.property(path).as_str().and_then(|id| stack.by_id(id));
    let is_group = group.is_some_and(|group| group.kind == "Microsoft.Insights/actionGroups");
    faults.unless(is_group, || format!("{name} notifies no action group"));
    faults.unless(*alert.property("/enabled") == true, || format!("{name} is off"));
}
