//! Tests of the pages as HTML: they are complete without script and have a strict content policy.

use scraper::{Html, Selector};

use super::{HOME, host_with_readings};
use crate::host::{FunctionsHost, Reply};

/// Every kind of page of a home.
const PAGES: [&str; 9] = [
    "/dashboard",
    "/dashboard/",
    "/dashboard/homes/house",
    "/dashboard/homes/house/day/2026-03-29",
    "/dashboard/homes/house/day/2026-10-25",
    "/dashboard/homes/house/day/2025-01-01",
    "/dashboard/homes/house/week/2026-03-23",
    "/dashboard/homes/house/month/2026-06",
    "/dashboard/homes/house/year/2026",
];

pub(super) fn select(html: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    html.select(&selector).map(|element| element.text().collect::<String>()).collect()
}

pub(super) fn page(host: &FunctionsHost, path: &str) -> Html {
    let reply = host.get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    assert_is_page(path, &reply);
    Html::parse_document(&reply.text())
}

/// Asserts what applies to all pages, including error pages.
pub(super) fn assert_is_page(path: &str, reply: &Reply) {
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    let policy = reply.header("content-security-policy").unwrap_or_default();
    for rule in
        ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]
    {
        assert!(policy.contains(rule), "{path}: {policy:?} lacks {rule}");
    }
    assert!(!policy.contains("unsafe"), "{path}: {policy}");
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
    let html = Html::parse_document(&reply.text());
    assert_eq!(html.errors.len(), 0, "{path}: {:?}", html.errors);
    for element in html.select(&Selector::parse("*").unwrap()) {
        let name = element.value().name();
        assert_ne!(name, "style", "{path}");
        let is_script = name == "script";
        assert!(!is_script || element.attr("src").is_some(), "{path} has an inline script");
        assert!(!is_script || element.attr("defer").is_some(), "{path} has a blocking script");
        assert!(!is_script || element.text().all(|text| text.trim().is_empty()), "{path}");
        for (attribute, value) in element.value().attrs() {
            assert!(
                attribute != "style" && !attribute.starts_with("on"),
                "{path}: <{name} {attribute}>"
            );
            assert!(!value.trim_start().starts_with("javascript:"), "{path}: {value}");
            let is_link = matches!(attribute, "href" | "src" | "action");
            assert!(!is_link || is_internal_link(value), "{path} has an external link: {value}");
        }
    }
}

/// Whether a link stays on this site.
fn is_internal_link(link: &str) -> bool {
    let is_rooted = link.starts_with('/') && !link.starts_with("//");
    is_rooted || link.starts_with('#') || link.starts_with("../")
}

/// Resolves a link as a browser does.
fn resolve_link(page: &str, link: &str) -> String {
    let Some(relative) = link.strip_prefix("../") else { return link.to_owned() };
    let directory = page.rsplit_once('/').unwrap().0;
    format!("{}/{relative}", directory.rsplit_once('/').unwrap().0)
}

#[test]
fn every_page_is_valid_html_with_a_strict_content_policy_and_no_inline_script_or_style() {
    let host = host_with_readings();
    for path in PAGES {
        let html = page(&host, path);
        assert_eq!(select(&html, "h1").len(), 1, "{path}");
        assert!(!select(&html, "title")[0].is_empty(), "{path}");
        assert_eq!(select(&html, "main").len(), 1, "{path}");
    }
    for (path, status) in [
        ("/dashboard/nothing", 404),
        ("/dashboard/homes/nobody", 404),
        ("/dashboard/homes/nobody/day/2026-01-01", 404),
        ("/dashboard/homes/house/decade/2026", 404),
        ("/dashboard/homes/house/day/soon", 400),
        ("/dashboard/homes/house/day/2026-02-30", 400),
        ("/dashboard/homes/house/year/1850", 400),
    ] {
        let reply = host.get(path);
        assert_eq!(reply.status, status, "{path}");
        assert_is_page(path, &reply);
    }
}

#[test]
fn every_link_and_asset_of_every_page_exists() {
    let host = host_with_readings();
    let mut links = std::collections::BTreeSet::new();
    for path in PAGES {
        let html = page(&host, path);
        for element in html.select(&Selector::parse("[href], [src]").unwrap()) {
            let link = element.attr("href").or_else(|| element.attr("src")).unwrap();
            let link = link.split('#').next().filter(|link| !link.is_empty());
            links.extend(link.map(|link| resolve_link(path, link)));
        }
    }
    assert!(links.len() > 20, "{links:?}");
    for link in links {
        let status = host.get(&link).status;
        assert_eq!(status, 200, "{link}");
    }
}

#[test]
fn a_page_shows_its_figures_and_chart_without_script() {
    let host = host_with_readings();
    let usage = host.data(&format!(
        "homes/{HOME}/usage?fuel=electricity&from=2026-10-25&to=2026-10-26&step=half-hour"
    ));
    let total = usage["total"]["wh"].as_u64().unwrap();
    let html = page(&host, "/dashboard/homes/house/day/2026-10-25");
    let shown = select(&html, ".total .figure b")[0].clone();
    let shown: f64 = shown.parse().unwrap_or_else(|_| panic!("{shown:?} is not a number"));
    assert!((shown * 1_000.0 - total as f64).abs() < 60.0, "{shown} kWh for {total} Wh");
    assert_eq!(select(&html, "svg.bars .column").len(), 50);
    assert_eq!(select(&html, "script").len(), 0);
    assert!(select(&html, "svg[role=img] > title").iter().all(|title| !title.is_empty()));
}

#[test]
fn a_period_without_a_date_redirects_to_the_newest_readings() {
    let host = host_with_readings();
    for (period, target) in [
        ("day", "day/2026-10-2"),
        ("week", "week/2026-10-2"),
        ("month", "month/2026-10"),
        ("year", "year/2026"),
    ] {
        let reply = host.get(&format!("/dashboard/homes/{HOME}/{period}"));
        assert!((300..400).contains(&reply.status), "{period}: {}", reply.status);
        let location = reply.header("location").unwrap();
        assert!(location.starts_with(&format!("/dashboard/homes/{HOME}/{target}")), "{location}");
        assert_eq!(host.get(location).status, 200);
    }
}

#[test]
fn an_empty_store_shows_that_there_are_no_homes() {
    let host = FunctionsHost::start();
    assert_eq!(host.data("homes"), serde_json::json!([]));
    let html = page(&host, "/dashboard");
    assert!(select(&html, "main")[0].contains("No homes yet"));
}

#[test]
fn assets_have_content_types_and_unknown_assets_are_not_found() {
    let host = FunctionsHost::start();
    for (name, kind) in [
        ("cloudsmets.css", "text/css; charset=utf-8"),
        ("live.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
    ] {
        let reply = host.get(&format!("/dashboard/assets/{name}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(kind)), "{name}");
    }
    for name in ["", "x.css", "..%2f..%2fCargo.toml", "%2e%2e/secret"] {
        assert_eq!(host.get(&format!("/dashboard/assets/{name}")).status, 404, "{name}");
    }
}
