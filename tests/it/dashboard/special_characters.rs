//! Tests with device ids that use every character that IoT Hub allows, and with arbitrary texts from
//! devices.

use scraper::{Html, Selector};

use super::pages::{page, select};
use crate::dialect::Dialect;
use crate::host::{Batch, Event, FunctionsHost};

const DEVICE_IDS: [&str; 4] = ["a'b#c?d%e", "-:.+%_#*?!(),=@$'", "100%25", "..a"];

fn links(html: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    html.select(&selector).map(|element| element.attr("href").unwrap().to_owned()).collect()
}

/// Follows the links from the list of homes to each page and its data.
#[test]
fn homes_whose_ids_need_encoding_are_reached_by_their_links() {
    let host = FunctionsHost::start();
    let noon = 1_767_355_200;
    let events = DEVICE_IDS.iter().flat_map(|id| {
        [0, 1].map(|n| Dialect::V2.event(id, noon + n * 1_800, 5_000 + n.unsigned_abs() * 300))
    });
    host.deliver(&Batch::new(events.collect()));
    let homes = host.data("homes");
    let mut ids: Vec<_> =
        homes.as_array().unwrap().iter().map(|h| h["id"].as_str().unwrap()).collect();
    let mut expected = DEVICE_IDS;
    ids.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ids, expected);

    let list = page(&host, "/dashboard");
    let found = links(&list, ".homes h2 a");
    assert_eq!(found.len(), DEVICE_IDS.len());
    let mut names = select(&list, ".homes h2 a");
    names.sort_unstable();
    assert_eq!(names, expected);
    for link in found {
        assert!(
            link.bytes().all(|b| b.is_ascii_alphanumeric() || b"/%-._~".contains(&b)),
            "{link}"
        );
        let now = page(&host, &link);
        let tabs = links(&now, ".tabs a");
        assert_eq!(tabs.len(), 5, "{link}");
        for tab in tabs {
            page(&host, &tab);
        }
        let day = page(&host, &format!("{link}/day/2026-01-02"));
        assert_eq!(select(&day, ".total .figure b"), ["0.30"], "{link}");
        let data = now.select(&Selector::parse("[data-live]").unwrap()).next().unwrap();
        let live = host.get(data.attr("data-live").unwrap());
        assert_eq!(live.json()["electricity"]["import_wh"], 5_300, "{link}");
        let id = link.strip_prefix("/dashboard/homes/").unwrap();
        let usage = host.data(&format!(
            "homes/{id}/usage?fuel=electricity&from=2026-01-02&to=2026-01-03&step=day"
        ));
        assert_eq!(usage["total"]["wh"], 300);
    }
}

/// A device can report any text as its firmware version.
#[test]
fn text_from_a_device_is_escaped() {
    for hostile in ["<img src=x onerror=y>", "</script><b>&amp;", "\"'><svg onload=x>"] {
        let json = serde_json::to_string(hostile).unwrap();
        let body = format!(
            "{{\"cloudsmets\":{{\"v\":2,\"t\":1767355200,\"elec\":{{\"imp\":[[0,5000]]}},\"dev\":{{\"fw\":{json}}}}}}}"
        );
        let host = FunctionsHost::start();
        host.deliver(&Batch::new(vec![Event::new("dev-1", 1_767_355_200, body)]));
        let live = host.data("homes/dev-1/live");
        assert_eq!(live["device"]["firmware"], hostile);
        let html = page(&host, "/dashboard/homes/dev-1");
        assert!(select(&html, ".device dd").iter().any(|text| text == hostile), "{hostile}");
        assert!(select(&html, "main img, main b.x, [onload], [onerror]").is_empty(), "{hostile}");
    }
}

/// A page must not show text in another direction, or pass on what a terminal would act on.
#[test]
fn control_characters_from_a_device_are_replaced_on_pages() {
    let hostile = "1.0\u{202E}gpj\u{1B}[31m\u{9B}2J\u{2066}\u{200B}";
    let json = serde_json::to_string(hostile).unwrap();
    let body = format!(
        "{{\"cloudsmets\":{{\"v\":2,\"t\":1767355200,\"elec\":{{\"imp\":[[0,5000]]}},\"dev\":{{\"fw\":{json}}}}}}}"
    );
    let host = FunctionsHost::start();
    host.deliver(&Batch::new(vec![Event::new("dev-1", 1_767_355_200, body)]));
    assert_eq!(host.data("homes/dev-1/live")["device"]["firmware"], hostile);
    let html = page(&host, "/dashboard/homes/dev-1");
    let shown = "1.0\u{FFFD}gpj\u{FFFD}[31m\u{FFFD}2J\u{FFFD}\u{FFFD}";
    assert!(select(&html, ".device dd").iter().any(|text| text == shown), "{}", html.html());
    let is_control =
        |c: char| (c.is_control() && c != '\n') || "\u{202E}\u{2066}\u{200B}".contains(c);
    assert!(!html.html().contains(is_control));
}
