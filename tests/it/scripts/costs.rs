//! The totals of `deploy --costs`, recomputed from the prices, and their copy in
//! the guide.

use std::fs;

use serde_json::Value;

use super::{project_path, run, text, tools};
use crate::documents::assert_generated;

const DAYS: u64 = 31;

/// The number of resources of a type in the owner's template.
fn count_resources(kind: &str) -> u64 {
    let path = project_path("infra/owner/azuredeploy.json");
    let template: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let resources = template["resources"].as_array().unwrap();
    let of_kind = resources.iter().filter(|resource| resource["type"] == kind);
    of_kind.count().try_into().unwrap()
}

/// The cells of all rows of all tables.
fn rows(costs: &str) -> Vec<Vec<&str>> {
    let rows = costs.lines().filter(|line| line.starts_with("| "));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The number in a cell, in millionths of its unit.
fn millionths(cell: &str) -> u64 {
    let number: String = cell.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    format!("{whole}{part:0<6}").parse().unwrap()
}

/// The price in a row such as `($25.00 a month)`, in millionths of a dollar.
fn price(rows: &[Vec<&str>], name: &str) -> u64 {
    let row = rows.iter().find(|row| row[0].starts_with(name)).unwrap();
    millionths(row[1].split(' ').next().unwrap())
}

#[test]
fn the_totals_follow_from_the_prices() {
    let costs = fs::read_to_string(project_path("scripts/lib/costs")).unwrap();
    let rows = rows(&costs);
    let (per_million_gbs, per_million_units) =
        (price(&rows, "Functions"), price(&rows, "Cosmos DB serverless"));
    let storage = price(&rows, "Storage, listings") * (DAYS * 24 * 120) / 1_000_000
        + price(&rows, "Storage, other") / 2;
    let alerts = count_resources("Microsoft.Insights/metricAlerts")
        * price(&rows, "Alert on a metric")
        + count_resources("Microsoft.Insights/scheduledQueryRules") * price(&rows, "Alert on logs");
    for (homes, seconds, units) in [(1, 60, 1), (1, 300, 2), (5, 60, 1), (5, 300, 2)] {
        let title = format!("{homes} home{}, {seconds} s", if homes == 1 { "" } else { "s" });
        let matching: Vec<_> = rows.iter().filter(|row| row[0] == title).collect();
        let [usage, dollars] = matching[..] else { panic!("{title}: {matching:?}") };

        let messages_per_day = homes * 86_400 / seconds;
        let messages = messages_per_day * DAYS;
        let gbs = messages / 2;
        let million_units = messages * 23;
        let number = |cell: &str| millionths(cell) / 1_000_000;
        assert_eq!(number(usage[1]), messages, "{title}");
        assert_eq!(number(usage[2]), messages_per_day * units, "{title}");
        assert_eq!(number(usage[3]), (messages_per_day * units * 100 + 4_000) / 8_000, "{title}");
        assert_eq!(number(usage[4]), gbs, "{title}");
        assert_eq!(millionths(usage[5]) / 10_000, (million_units + 5_000) / 10_000, "{title}");
        assert!(messages < 250_000, "there are more executions than the free grant");

        let functions = gbs.saturating_sub(100_000) * per_million_gbs / 1_000_000;
        let fixed = storage + alerts + functions;
        let totals = [
            fixed,
            fixed + price(&rows, "Event Hubs Basic"),
            fixed + million_units * per_million_units / 1_000_000,
            fixed + price(&rows, "IoT Hub S1"),
        ];
        for (cell, total) in dollars[1..].iter().zip(totals) {
            assert_eq!(millionths(cell) / 10_000, (total + 5_000) / 10_000, "{title}");
        }
    }
}

#[test]
fn deploy_prints_the_costs() {
    let costs = fs::read_to_string(project_path("scripts/lib/costs")).unwrap();
    let tools = tools();
    assert_eq!(text(&run(tools.path(), "deploy", &["--costs"]).stdout), costs);
}

#[test]
fn the_guides_table_of_costs_is_current() {
    let costs = fs::read_to_string(project_path("scripts/lib/costs")).unwrap();
    assert_generated("docs/deploy.md", "costs", &costs);
}
