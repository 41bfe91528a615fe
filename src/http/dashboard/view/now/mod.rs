//! How a home is now.

mod fuel;
mod power;

pub(crate) use power::Power;

use askama::Template;
use jiff::tz::TimeZone;

use self::fuel::FuelCard;
use super::format;
use super::head::Head;
use super::{address, chart};
use crate::domain::calendar::local_date;
use crate::domain::register::Fuel;
use crate::domain::units::{Millipence, Moment};
use crate::report::{Health, LiveReport, Period};

/// A fuel's name in a heading.
pub(crate) const fn title(fuel: Fuel) -> &'static str {
    match fuel {
        Fuel::Electricity => "Electricity",
        Fuel::Gas => "Gas",
    }
}

/// How the device is.
struct Device {
    id: String,
    seen: String,
    seen_at: String,
    stale: bool,
    firmware: Option<String>,
    signal: Option<String>,
    quality: Option<String>,
}

impl Device {
    fn new(health: &Health, now: Moment) -> Self {
        let age = now.since(health.last_seen);
        Self {
            id: health.id.to_string(),
            seen: format::age(age),
            seen_at: health.last_seen.to_string(),
            stale: age > power::STALE,
            firmware: health.firmware.clone(),
            signal: health.rssi.map(signal),
            quality: health.lqi.map(|lqi| format!("{lqi} of 255")),
        }
    }
}

fn signal(dbm: i16) -> String {
    let word = match dbm {
        -67.. => "good",
        -80..-67 => "fair",
        _ => "weak",
    };
    let minus = if dbm < 0 { "\u{2212}" } else { "" };
    format!("{minus}{} dBm ({word})", dbm.unsigned_abs())
}

/// The now page.
#[derive(Template)]
#[template(path = "now.html")]
pub(in crate::http) struct NowPage {
    head: Head,
    live: String,
    power: Option<Power>,
    fuels: Vec<FuelCard>,
    device: Option<Device>,
    newest: Option<Newest>,
    zone: String,
}

/// Where the newest readings are, when they are not today's.
struct Newest {
    day: String,
    href: String,
}

impl NowPage {
    /// The page at a moment.
    pub(in crate::http) fn new(report: &LiveReport, now: Moment, zone: &TimeZone) -> Self {
        let rate = import_rate(report);
        let today = local_date(now, zone);
        let last = report.home.newest_day(zone).unwrap_or(today);
        let newest = (last < today).then(|| Newest {
            day: format::long_date(last),
            href: format!(
                "{}/{}",
                address::home(&report.home.id),
                address::period(Period::Day, last)
            ),
        });
        Self {
            newest,
            head: Head::new(&report.home, None, last),
            live: address::live(&report.home.id),
            power: report.demand.map(|demand| Power::new(demand, rate, now, zone)),
            fuels: report.fuels.iter().map(|fuel| FuelCard::new(fuel, now, zone)).collect(),
            device: report.device.as_ref().map(|health| Device::new(health, now)),
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        }
    }

    /// Whether there is anything to show.
    fn is_empty(&self) -> bool {
        self.power.is_none() && self.fuels.is_empty()
    }

    #[cfg(test)]
    fn sample() -> Self {
        use super::sample;
        Self::new(&sample::live(), sample::now(), &sample::london())
    }
}

fn import_rate(report: &LiveReport) -> Option<Millipence> {
    let electricity = report.fuels.iter().find(|fuel| fuel.fuel == Fuel::Electricity)?;
    electricity.price?.unit_rate
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::units::Watts;
    use crate::http::dashboard::view::sample::{self, Html, save};

    fn page(report: &LiveReport, name: &str) -> Html {
        let page = NowPage::new(report, sample::now(), &sample::london()).render().unwrap();
        save(name, &page);
        Html::of(&page)
    }

    #[test]
    fn it_shows_power_registers_price_credit_and_device() {
        let text = NowPage::sample().render().unwrap();
        save("now", &text);
        let html = Html::of(&text);
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
    fn export_is_named_and_never_a_negative_figure() {
        let html = page(&sample::exporting(), "now-export");
        assert_eq!(html.text(".power .figure"), "2.35 kW");
        assert!(html.text(".power h2").contains("Sending to the grid"));
        assert!(html.text(".fuel.electricity").contains("Sent to the grid"));
        assert!(!html.text(".power").contains("an hour"));
    }

    #[test]
    fn power_older_than_five_minutes_is_stale() {
        let mut report = sample::live();
        report.demand = Some((sample::now().plus(-301), Watts(425)));
        let html = page(&report, "now-stale");
        assert!(html.has(".power.stale"));
        assert!(html.text(".power").contains("5 min ago"));
        report.demand = Some((sample::now().plus(-300), Watts(425)));
        assert!(!page(&report, "now-old").has(".power.stale"));
    }

    #[test]
    fn a_home_without_readings_says_so() {
        let html = page(&sample::silent(), "now-empty");
        assert!(html.text(".empty").contains("No readings yet"));
        assert!(!html.has("svg.bars"));
    }

    #[test]
    fn today_is_compared_with_yesterday_at_the_same_time() {
        let html = Html::of(&NowPage::sample().render().unwrap());
        assert!(html.text(".fuel.electricity .compare").contains("than by this time yesterday"));
    }

    #[test]
    fn hours_to_come_are_blank_not_missing() {
        let html = Html::of(&NowPage::sample().render().unwrap());
        // It is 14:20 on the day that skips 01:00: 27 half-hours have begun.
        assert_eq!(html.count(".fuel.electricity svg.bars .column"), 27);
        assert!(!html.has(".fuel.electricity svg.bars .gap"));
    }

    #[test]
    fn hostile_names_stay_text() {
        let html = page(&sample::hostile(), "now-hostile");
        assert!(html.text("h1").contains("<script>"));
        let live = html.attribute("[data-live]", "data-live");
        assert_eq!(live, "/dashboard/api/v1/homes/a%23b%3F%25%2B%27/live");
        assert!(!html.has("[style], style, main script, [onclick]"));
    }
}
