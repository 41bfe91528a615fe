use super::*;
use crate::domain::units::Watts;
use crate::html::{ParsedPage, save_for_review};
use crate::http::dashboard::sample;

impl NowPage {
    fn sample() -> Self {
        Self::new(&sample::live(), sample::now(), &sample::london())
    }
}

fn render_page(report: &LiveReport, name: &str) -> ParsedPage {
    let page = NowPage::new(report, sample::now(), &sample::london()).render().unwrap();
    save_for_review(name, &page);
    ParsedPage::parse(&page)
}

#[test]
fn the_page_shows_power_registers_price_credit_and_device() {
    let text = NowPage::sample().render().unwrap();
    save_for_review("now", &text);
    let html = ParsedPage::parse(&text);
    assert_eq!(html.text("h1"), "12 Acacia Avenue");
    assert_eq!(html.text(".power .figure"), "425 W");
    assert_eq!(html.text(".power time"), "12 s ago");
    assert!(html.text(".power").contains("10.49p an hour"));
    assert!(html.text(".fuel.electricity").contains("15254.827 kWh"));
    assert!(html.text(".fuel.gas").contains("5995.276 m³"));
    assert!(html.text(".fuel.electricity").contains("24.69p per kWh"));
    assert!(html.text(".fuel.gas").contains("£12.34"));
    assert!(html.text(".device").contains("−61 dBm (good)"));
    assert_eq!(html.count("svg.bars[role=img]"), 2);
    assert_eq!(html.text("nav.tabs [aria-current=page]"), "Now");
}

#[test]
fn export_is_shown_in_words_and_not_as_a_negative_figure() {
    let html = render_page(&sample::live_exporting(), "now-export");
    assert_eq!(html.text(".power .figure"), "2.35 kW");
    assert!(html.text(".power h2").contains("Sending to the grid"));
    assert!(html.text(".fuel.electricity").contains("Sent to the grid"));
    assert!(!html.text(".power").contains("an hour"));
}

#[test]
fn power_older_than_five_minutes_is_stale() {
    let mut report = sample::live();
    report.demand = Some((sample::now().plus(-301), Watts(425)));
    let html = render_page(&report, "now-stale");
    assert!(html.has(".power.stale"));
    assert!(html.text(".power").contains("5 min ago"));
    report.demand = Some((sample::now().plus(-300), Watts(425)));
    assert!(!render_page(&report, "now-old").has(".power.stale"));
}

#[test]
fn a_home_without_readings_says_so() {
    let html = render_page(&sample::live_without_readings(), "now-empty");
    assert!(html.text(".empty").contains("No readings yet"));
    assert!(!html.has("svg.bars"));
}

#[test]
fn today_is_compared_with_yesterday_at_the_same_time() {
    let html = ParsedPage::parse(&NowPage::sample().render().unwrap());
    assert!(html.text(".fuel.electricity .compare").contains("than by this time yesterday"));
}

#[test]
fn future_half_hours_are_not_marked_as_missing() {
    let html = ParsedPage::parse(&NowPage::sample().render().unwrap());
    // It is 14:20 on the day that skips 01:00: 27 half-hours have begun.
    assert_eq!(html.count(".fuel.electricity svg.bars .column"), 27);
    assert!(!html.has(".fuel.electricity svg.bars .gap"));
}

#[test]
fn a_hostile_name_is_escaped() {
    let html = render_page(&sample::live_with_hostile_names(), "now-hostile");
    assert!(html.text("h1").contains("<script>"));
    let live = html.attribute("[data-live]", "data-live");
    assert_eq!(live, "/dashboard/api/v1/homes/a%23b%3F%25%2B%27/live");
    assert!(!html.has("[style], style, main script, [onclick]"));
}
