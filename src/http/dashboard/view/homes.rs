//! The list of homes.

use askama::Template;
use jiff::tz::TimeZone;

use super::address;
use super::chart::{Spark, slots};
use super::format::{self, Quantity};
use super::now::Power;
use crate::domain::units::Moment;
use crate::report::{FuelNow, LiveReport};

/// A fuel of a home in the list.
struct Today {
    name: &'static str,
    class: &'static str,
    used: Option<Quantity>,
    sent: Option<Quantity>,
    spark: Spark,
}

impl Today {
    fn new(fuel: &FuelNow, now: Moment) -> Self {
        Self {
            name: super::now::title(fuel.fuel),
            class: fuel.fuel.name(),
            used: fuel.today.total.map(format::energy),
            sent: fuel.today_export.as_ref().and_then(|sent| sent.total).map(format::energy),
            spark: Spark::new(&slots(&fuel.today, now)),
        }
    }
}

/// A home in the list.
struct Home {
    name: String,
    href: String,
    power: Option<Power>,
    last: Option<String>,
    fuels: Vec<Today>,
}

impl Home {
    fn new(report: &LiveReport, now: Moment, zone: &TimeZone) -> Self {
        Self {
            name: report.home.name.clone(),
            href: address::home(&report.home.id),
            power: report.demand.map(|demand| Power::new(demand, None, now, zone)),
            last: report.home.last_reading.map(|at| format::age(now.since(at))),
            fuels: report.fuels.iter().map(|fuel| Today::new(fuel, now)).collect(),
        }
    }
}

/// Every home that the reader may see.
#[derive(Template)]
#[template(path = "homes.html")]
pub(in crate::http) struct HomesPage {
    homes: Vec<Home>,
}

impl HomesPage {
    /// The page at a moment.
    pub(in crate::http) fn new(homes: &[LiveReport], now: Moment, zone: &TimeZone) -> Self {
        Self { homes: homes.iter().map(|home| Home::new(home, now, zone)).collect() }
    }

    #[cfg(test)]
    fn sample() -> Self {
        use super::sample;
        let homes = [sample::live(), sample::exporting(), sample::silent()];
        Self::new(&homes, sample::now(), &sample::london())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::dashboard::view::sample::{self, Html, save};

    #[test]
    fn each_home_has_a_card_that_leads_to_it() {
        let page = HomesPage::sample().render().unwrap();
        save("homes", &page);
        let html = Html::of(&page);
        assert_eq!(html.count(".home-card"), 3);
        assert_eq!(html.attribute(".home-card h2 a", "href"), "/dashboard/homes/acacia-12");
        assert!(html.text(".home-card").contains("425 W"));
        assert!(html.text(".home-card:last-of-type").contains("No readings yet"));
        assert!(html.has("svg.spark"));
    }

    #[test]
    fn without_homes_it_says_how_one_appears() {
        let page = HomesPage::new(&[], sample::now(), &sample::london()).render().unwrap();
        save("homes-empty", &page);
        let html = Html::of(&page);
        assert!(html.text(".empty").contains("No homes yet"));
    }

    #[test]
    fn a_name_is_text_and_an_id_is_encoded() {
        let page = HomesPage::new(&[sample::hostile()], sample::now(), &sample::london());
        let page = page.render().unwrap();
        let html = Html::of(&page);
        assert!(!html.has("main script, .home-card h2 b"));
        assert!(html.text(".home-card h2").contains("<script>"));
        assert!(html.attribute(".home-card h2 a", "href").ends_with("/a%23b%3F%25%2B%27"));
    }
}
