use super::sample::{both_fuels, with_gaps, with_solar};
use super::*;
use crate::html::{ParsedPage, save_for_review};
use crate::http::dashboard::sample::{london, now};
use jiff::civil::date;

fn render_page(report: &PeriodReport, name: &str) -> ParsedPage {
    let page = PeriodPage::new(report, now(), &london()).render().unwrap();
    save_for_review(name, &page);
    assert!(page.len() < 65_536, "{name} has {} bytes", page.len());
    ParsedPage::parse(&page)
}

impl PeriodPage {
    fn sample() -> Self {
        let report = both_fuels(Period::Day, date(2026, 3, 27));
        Self::new(&report, now(), &london())
    }
}

#[test]
fn a_day_has_a_bar_for_each_half_hour_and_a_table() {
    let text = PeriodPage::sample().render().unwrap();
    save_for_review("day", &text);
    let html = ParsedPage::parse(&text);
    assert_eq!(html.text("h1"), "Friday 27 March 2026");
    assert_eq!(html.count("#electricity .column"), 48);
    assert_eq!(html.count("details tbody tr"), 48);
    assert_eq!(html.text("nav.tabs [aria-current=page]"), "Day");
    assert_eq!(html.attribute(".previous", "href"), "/dashboard/homes/acacia-12/day/2026-03-26");
    assert_eq!(html.attribute(".next", "href"), "/dashboard/homes/acacia-12/day/2026-03-28");
    let tip = html.text("#electricity .column title");
    assert!(tip.starts_with("Fri 27 Mar 00:00 to 00:30: 0."), "{tip}");
}

#[test]
fn days_on_which_the_clocks_change_have_50_and_46_half_hours() {
    let long = render_page(&both_fuels(Period::Day, date(2025, 10, 26)), "day-50");
    assert_eq!(long.count("#electricity .column"), 50);
    assert_eq!(long.count("details tbody tr"), 50);
    let table = long.text("details tbody");
    assert!(table.contains("01:30 BST") && table.contains("01:30 GMT"));
    assert!(long.text("main").contains("50 half-hours"));
    let short = render_page(&both_fuels(Period::Day, date(2025, 3, 30)), "day-46");
    assert_eq!(short.count("#electricity .column"), 46);
    assert!(short.text(".clock-change").contains("forward"));
}

#[test]
fn gaps_and_estimates_are_visible_and_explained() {
    let html = render_page(&with_gaps(date(2026, 3, 20)), "day-gaps");
    assert!(html.has("#electricity .gap[fill='url(#missing)']"));
    assert!(html.has("#electricity .bar[fill='url(#estimated-electricity)']"));
    assert!(html.has("defs #missing") && html.has("defs #estimated-electricity"));
    let legend = html.text("#electricity .legend");
    assert!(legend.contains("no readings") && legend.contains("partly estimated"));
    assert!(html.text("#electricity .notes").contains("time of use is not known"));
    assert!(html.text("details tbody").contains('–'));
    let whole = render_page(&both_fuels(Period::Day, date(2026, 3, 27)), "day");
    assert!(!whole.text("#electricity").contains("no readings"));
}

#[test]
fn a_missing_interval_has_no_bar_and_a_zero_has_one() {
    let mut report = with_gaps(date(2026, 3, 20));
    report.fuels.truncate(1);
    let missing = report.fuels[0].import.intervals.iter().filter(|i| i.energy.is_none()).count();
    assert!(missing > 0);
    report.fuels[0].import.intervals[0].energy = Some(crate::domain::units::WattHours(0));
    let html = render_page(&report, "day-zero");
    assert_eq!(html.count("#electricity .bar"), 48 - missing);
    assert_eq!(html.attribute("#electricity .bar", "height"), "1");
}

#[test]
fn export_is_drawn_below_the_zero_line_of_the_same_chart() {
    let html = render_page(&with_solar(Period::Day, date(2026, 3, 27)), "day-solar");
    assert!(html.has("#electricity .bar.export"));
    assert!(html.text("#electricity").contains("to the grid"));
    assert!(html.text("details thead").contains("Export"));
}

#[test]
fn bars_link_to_the_pages_of_shorter_periods() {
    let week = render_page(&both_fuels(Period::Week, date(2026, 3, 18)), "week");
    assert_eq!(week.attribute("#electricity a.column", "href"), "../day/2026-03-16");
    assert_eq!(week.count("#electricity a.column"), 7);
    let month = render_page(&both_fuels(Period::Month, date(2026, 2, 1)), "month");
    assert_eq!(month.attribute("#electricity a.column", "href"), "../day/2026-02-01");
    let year = render_page(&both_fuels(Period::Year, date(2025, 1, 1)), "year");
    assert_eq!(year.attribute("#electricity a.column", "href"), "../month/2025-01");
    assert_eq!(year.attribute("table tbody th a", "href"), "../month/2025-01");
    assert_eq!(week.text("h1"), "16 to 22 March 2026");
    render_page(&with_solar(Period::Month, date(2026, 2, 1)), "month-solar");
    render_page(&with_solar(Period::Year, date(2025, 1, 1)), "year-solar");
}

#[test]
fn a_year_has_a_calendar_of_its_days() {
    let html = render_page(&both_fuels(Period::Year, date(2025, 1, 1)), "year");
    assert_eq!(html.count("#electricity .calendar .month"), 12);
    assert_eq!(html.count("#electricity .calendar .days a"), 365);
    let tip = html.attribute("#electricity .calendar .days a", "title");
    assert!(tip.ends_with(" kWh"), "{tip}");
    assert_eq!(html.text("#electricity .calendar .days a"), "1");
    assert_eq!(html.count("table tbody tr"), 12);
}

#[test]
fn a_current_period_has_no_next_link_and_no_future_bars() {
    let html = render_page(&both_fuels(Period::Month, date(2026, 3, 1)), "month-running");
    assert!(!html.has("a.next"));
    assert_eq!(html.count("#electricity .column"), 29);
    assert!(html.text("#electricity .compared").contains("by this point last month"));
    assert_eq!(html.text("#electricity .axis .now"), "29");
    let year = render_page(&both_fuels(Period::Year, date(2026, 1, 1)), "year-running");
    assert!(!year.has("a.next"));
    assert!(year.has("#electricity .calendar .ahead"));
    render_page(&both_fuels(Period::Week, date(2026, 3, 29)), "week-running");
    render_page(&both_fuels(Period::Day, date(2026, 3, 29)), "day-running");
}

#[test]
fn the_tabs_link_to_periods_around_the_shown_one() {
    let html = render_page(&both_fuels(Period::Month, date(2026, 2, 1)), "month");
    let tabs = html.attributes("nav.tabs a", "href");
    assert_eq!(tabs[0], "/dashboard/homes/acacia-12");
    assert_eq!(tabs[1], "/dashboard/homes/acacia-12/day/2026-02-01");
    assert_eq!(tabs[2], "/dashboard/homes/acacia-12/week/2026-01-26");
    assert_eq!(tabs[4], "/dashboard/homes/acacia-12/year/2026");
}

#[test]
fn a_period_without_readings_says_so() {
    let mut report = both_fuels(Period::Day, date(2026, 3, 27));
    report.fuels.clear();
    let html = render_page(&report, "day-empty");
    assert!(html.text(".empty").contains("No readings"));
    assert!(html.has(".previous") && !html.has("table"));
}

#[test]
fn a_fuel_without_readings_says_so_beside_one_with_readings() {
    let mut report = both_fuels(Period::Day, date(2026, 3, 27));
    report.fuels[1].import.total = None;
    for interval in &mut report.fuels[1].import.intervals {
        interval.energy = None;
        interval.quality = crate::domain::consumption::Quality::Missing;
    }
    let html = render_page(&report, "day-half");
    assert!(html.text("#gas .totals").contains("not known"));
    assert!(html.text("#gas .notes").contains("48 of 48 half-hours have no readings"));
    assert!(!html.has("#gas svg.bars"));
}

#[test]
fn a_page_has_no_inline_style_or_script_and_is_accessible() {
    let html = render_page(&with_solar(Period::Year, date(2025, 1, 1)), "year-solar");
    assert!(!html.has("[style], style, script:not([src]), [onclick], [onload]"));
    assert_eq!(html.count("h1"), 1);
    assert!(html.has("svg.bars[role=img] > title") && html.has("svg.bars[role=img] > desc"));
    assert!(html.has("table caption") && html.has("table th[scope=row]"));
    assert!(html.has("a.skip[href='#content']") && html.has("#content"));
}
