//! A fuel's card on the now page.

use jiff::tz::TimeZone;

use super::{chart, title};
use crate::domain::calendar::Step;
use crate::domain::observation::{Credit, Price};
use crate::domain::register::{Fuel, Standing, Unit};
use crate::domain::units::{Millipence, Moment, WattHours};
use crate::http::dashboard::view::chart::{Bars, Duel, Plan, Slot, Story};
use crate::http::dashboard::view::format::{self, Quantity};
use crate::report::FuelNow;

/// Today beside yesterday.
pub(crate) struct Compare {
    /// `12% more than by this time yesterday`.
    pub(crate) text: Option<String>,
    /// Yesterday's amount.
    pub(crate) yesterday: Quantity,
    /// Both as bars.
    pub(crate) duel: Duel,
}

/// A name and what stands behind it.
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// Filled in by the script, by this name.
    pub(crate) live: &'static str,
    pub(crate) warn: bool,
}

/// The card.
pub(crate) struct FuelCard {
    pub(crate) title: &'static str,
    pub(crate) class: &'static str,
    pub(crate) today_name: &'static str,
    pub(crate) today: Option<Quantity>,
    pub(crate) export: Option<Quantity>,
    pub(crate) compare: Option<Compare>,
    pub(crate) bars: Option<Bars>,
    pub(crate) note: Option<String>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) read: Option<(String, String)>,
}

impl FuelCard {
    /// The card of a fuel.
    pub(crate) fn new(fuel: &FuelNow, now: Moment, zone: &TimeZone) -> Self {
        let slots = chart::slots(&fuel.today, now);
        let story = Story::of(&slots);
        let sent = fuel.today_export.as_ref();
        let sent = sent.map(|sent| chart::slots(sent, now));
        Self {
            title: title(fuel.fuel),
            class: fuel.fuel.name(),
            today_name: match fuel.today_export {
                Some(_) => "From the grid today",
                None => "Used today",
            },
            today: fuel.today.total.map(format::energy),
            export: fuel.today_export.as_ref().and_then(|sent| sent.total).map(format::energy),
            compare: compare(fuel),
            bars: story.has_any().then(|| bars(fuel, &slots, sent.as_deref(), &story, zone)),
            note: note(&story),
            facts: registers(fuel).chain(price(fuel.price)).chain(credit(fuel.credit)).collect(),
            read: fuel.import.map(|it| (it.at.to_string(), format::age(now.since(it.at)))),
        }
    }
}

fn bars(
    fuel: &FuelNow,
    slots: &[Slot],
    sent: Option<&[Slot]>,
    story: &Story,
    zone: &TimeZone,
) -> Bars {
    let total = format::energy(fuel.today.total.unwrap_or(WattHours(story.known)));
    Bars::new(Plan {
        fuel: fuel.fuel,
        title: format!("{} today by half-hour", title(fuel.fuel)),
        description: format!("{total} so far, in {} half-hours.", story.passed),
        step: Step::HalfHour,
        import: slots,
        export: sent,
        finer: None,
        zone,
    })
}

fn note(story: &Story) -> Option<String> {
    match story.missing {
        0 => None,
        1 => Some("1 half-hour has no readings yet.".to_owned()),
        count => Some(format!("{count} half-hours have no readings yet.")),
    }
}

fn compare(fuel: &FuelNow) -> Option<Compare> {
    let (today, yesterday) = (fuel.today.total?, fuel.yesterday_so_far?);
    Some(Compare {
        text: format::compared(today, yesterday)
            .map(|amount| format!("{amount} by this time yesterday")),
        yesterday: format::energy(yesterday),
        duel: Duel::new(today.0, yesterday.0),
    })
}

fn registers(fuel: &FuelNow) -> impl Iterator<Item = Fact> {
    let fact = |name, live, standing: Standing| {
        let unit = match standing.unit {
            Unit::WattHours => "kWh",
            Unit::Litres => "m³",
        };
        let value = format!("{} {unit}", format::register(standing.value));
        Fact { name, value, live, warn: false }
    };
    let live = match fuel.import.map(|standing| standing.unit) {
        Some(Unit::Litres) => "litres",
        _ if fuel.fuel == Fuel::Electricity => "import",
        _ => "",
    };
    let import = fuel.import.map(|standing| fact("Meter reading", live, standing));
    let export = fuel.export.map(|standing| fact("Export reading", "export", standing));
    import.into_iter().chain(export)
}

fn price(price: Option<Price>) -> impl Iterator<Item = Fact> {
    let price = price.unwrap_or_default();
    let fact = |name, value| Fact { name, value, live: "", warn: false };
    let rate =
        price.unit_rate.map(|rate| fact("Price", format!("{} per kWh", format::money(rate))));
    let standing = price
        .standing_charge
        .map(|charge| fact("Standing charge", format!("{} a day", format::money(charge))));
    rate.into_iter().chain(standing)
}

fn credit(credit: Option<Credit>) -> impl Iterator<Item = Fact> {
    let credit = credit.unwrap_or_default();
    let fact = |name, amount: Millipence, warn| Fact {
        name,
        value: format::pounds(amount),
        live: "",
        warn,
    };
    let remaining = credit.remaining.map(|left| fact("Credit left", left, left.0 < 0));
    let emergency = credit.emergency.map(|left| fact("Emergency credit left", left, false));
    let debt = credit.debt.filter(|debt| debt.0 > 0).map(|debt| fact("Debt", debt, false));
    remaining.into_iter().chain(emergency).chain(debt)
}
