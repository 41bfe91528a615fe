//! The sums of `deploy --costs`, worked out again from the prices beside them,
//! and the guide's copy of them.

use std::fs;

use serde_json::Value;

use super::{project_path, run, text, tools};

const DAYS: u64 = 31;

/// How many resources of a kind the owner's template has.
fn resources(kind: &str) -> u64 {
    let path = project_path("infra/owner/azuredeploy.json");
    let template: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let resources = template["resources"].as_array().unwrap();
    let of_kind = resources.iter().filter(|resource| resource["type"] == kind);
    of_kind.count().try_into().unwrap()
}

/// Rows of the tables: cells by row.
fn rows(costs: &str) -> Vec<Vec<&str>> {
    let rows = costs.lines().filter(|line| line.starts_with("| "));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The number in a cell, in millionths.
fn millionths(cell: &str) -> u64 {
    let number: String = cell.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    format!("{whole}{part:0<6}").parse().unwrap()
}

/// `($25.00 a month)` in millionths of a dollar.
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
    let alerts = resources("Microsoft.Insights/metricAlerts") * price(&rows, "Alert on a metric")
        + resources("Microsoft.Insights/scheduledQueryRules") * price(&rows, "Alert on logs");
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
        assert!(messages < 250_000, "executions are no longer free");

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
fn the_guide_and_the_script_list_the_same_costs() {
    let costs = fs::read_to_string(project_path("scripts/lib/costs")).unwrap();
    let guide = fs::read_to_string(project_path("docs/deploy.md")).unwrap();
    assert!(guide.contains(costs.trim_end()), "docs/deploy.md has other figures");
    let tools = tools();
    assert_eq!(text(&run(tools.path(), "deploy", &["--costs"]).stdout), costs);
}
