use super::*;
use crate::html::{ParsedPage, save_for_review};
use crate::http::dashboard::sample;

impl HomesPage {
    fn sample() -> Self {
        let homes = [sample::live(), sample::live_exporting(), sample::live_without_readings()];
        Self::new(&homes, sample::now(), &sample::london())
    }
}

#[test]
fn each_home_has_a_card_that_links_to_its_page() {
    let page = HomesPage::sample().render().unwrap();
    save_for_review("homes", &page);
    let html = ParsedPage::parse(&page);
    assert_eq!(html.count(".home-card"), 3);
    assert_eq!(html.attribute(".home-card h2 a", "href"), "/dashboard/homes/acacia-12");
    assert!(html.text(".home-card").contains("425 W"));
    assert!(html.text(".home-card:last-of-type").contains("No readings yet"));
    assert!(html.has("svg.spark"));
}

#[test]
fn a_broken_home_shows_the_reason_next_to_the_other_homes() {
    let homes = [sample::live(), sample::live_broken()];
    let page = HomesPage::new(&homes, sample::now(), &sample::london()).render().unwrap();
    save_for_review("homes-broken", &page);
    let html = ParsedPage::parse(&page);
    assert_eq!((html.count(".home-card"), html.count(".broken")), (2, 1));
    assert!(html.text(".broken").contains("day:gas:2026-03-29"));
    assert!(!html.text(".home-card:last-of-type").contains("No readings yet"));
}

#[test]
fn an_empty_list_explains_how_a_home_appears() {
    let page = HomesPage::new(&[], sample::now(), &sample::london()).render().unwrap();
    save_for_review("homes-empty", &page);
    let html = ParsedPage::parse(&page);
    assert!(html.text(".empty").contains("No homes yet"));
}

#[test]
fn a_name_is_escaped_and_an_id_is_percent_encoded() {
    let page =
        HomesPage::new(&[sample::live_with_hostile_names()], sample::now(), &sample::london());
    let page = page.render().unwrap();
    let html = ParsedPage::parse(&page);
    assert!(!html.has("main script, .home-card h2 b"));
    assert!(html.text(".home-card h2").contains("<script>"));
    assert!(html.attribute(".home-card h2 a", "href").ends_with("/a%23b%3F%25%2B%27"));
}
