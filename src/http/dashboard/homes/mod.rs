//! The list of homes.

use askama::Template;
use axum::extract::{Extension, State};
use jiff::tz::TimeZone;

use super::chart::{Sparkline, slots};
use super::format::{self, Quantity};
use super::now::Power;
use super::{PageResult, address, render};
use crate::clock;
use crate::domain::units::Moment;
use crate::http::access::Visitor;
use crate::http::firmware::FirmwareDirectory;
use crate::report::{self, LiveFuel, LiveReport};
use crate::store::Store;

/// `GET /dashboard`.
pub(in crate::http) async fn page(
    State(store): State<Store>,
    State(zone): State<TimeZone>,
    State(firmware): State<FirmwareDirectory>,
    Extension(visitor): Extension<Visitor>,
) -> PageResult {
    let now = clock::now();
    let homes = match visitor {
        Visitor::Owner => report::live_of_all_homes(&store, now, &zone).await?,
        Visitor::NonOwner => Vec::new(),
    };
    let page = HomesPage::new(&homes, now, &zone);
    render(&HomesPage { has_firmware_site: firmware.is_served(), ..page })
}

/// Today's energy of one fuel in a home's card.
struct FuelToday {
    name: &'static str,
    class: &'static str,
    imported: Option<Quantity>,
    exported: Option<Quantity>,
    sparkline: Sparkline,
}

impl FuelToday {
    fn new(fuel: &LiveFuel, now: Moment) -> Self {
        Self {
            name: format::fuel_name(fuel.fuel),
            class: fuel.fuel.name(),
            imported: fuel.today.total.map(format::energy),
            exported: fuel
                .today_export
                .as_ref()
                .and_then(|export| export.total)
                .map(format::energy),
            sparkline: Sparkline::new(&slots(&fuel.today, now)),
        }
    }
}

struct HomeCard {
    name: String,
    href: String,
    power: Option<Power>,
    last_reading: Option<String>,
    broken: Option<String>,
    fuels: Vec<FuelToday>,
}

impl HomeCard {
    fn new(report: &LiveReport, now: Moment, zone: &TimeZone) -> Self {
        Self {
            name: report.home.name.clone(),
            href: address::home(&report.home.id),
            power: report.demand.map(|demand| Power::new(demand, None, now, zone)),
            last_reading: report.home.last_reading.map(|at| format::age(now.since(at))),
            broken: report.home.broken.clone(),
            fuels: report.fuels.iter().map(|fuel| FuelToday::new(fuel, now)).collect(),
        }
    }
}

/// A card for every home that the visitor may see.
#[derive(Template)]
#[template(path = "homes/page.html")]
struct HomesPage {
    homes: Vec<HomeCard>,
    /// Whether `/firmware/` is served.
    has_firmware_site: bool,
}

impl HomesPage {
    fn new(homes: &[LiveReport], now: Moment, zone: &TimeZone) -> Self {
        let homes = homes.iter().map(|home| HomeCard::new(home, now, zone)).collect();
        Self { homes, has_firmware_site: false }
    }
}

#[cfg(test)]
mod tests;
