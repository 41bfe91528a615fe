//! The card of a fuel on the now page.

use jiff::tz::TimeZone;

use crate::domain::calendar::Step;
use crate::domain::observation::{Credit, Price};
use crate::domain::register::{Fuel, RegisterReading, Unit};
use crate::domain::units::{Millipence, Moment, WattHours};
use crate::http::dashboard::chart::{
    self, BarChart, BarChartData, ComparisonBars, SeriesSummary, Slot,
};
use crate::http::dashboard::format::{self, Quantity};
use crate::report::LiveFuel;

/// Compares today's consumption with yesterday's up to the same time.
pub(crate) struct Comparison {
    /// `12% more than by this time yesterday`.
    pub(crate) text: Option<String>,
    pub(crate) yesterday: Quantity,
    pub(crate) bars: ComparisonBars,
}

/// A labelled value.
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// The name by which the script updates the value; empty if it never does.
    pub(crate) live_field: &'static str,
    pub(crate) is_warning: bool,
}

pub(crate) struct FuelCard {
    pub(crate) title: &'static str,
    pub(crate) class: &'static str,
    pub(crate) today_label: &'static str,
    pub(crate) today: Option<Quantity>,
    pub(crate) exported: Option<Quantity>,
    pub(crate) comparison: Option<Comparison>,
    pub(crate) bars: Option<BarChart>,
    pub(crate) missing_note: Option<String>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) last_read: Option<(String, String)>,
}

impl FuelCard {
    pub(crate) fn new(fuel: &LiveFuel, now: Moment, zone: &TimeZone) -> Self {
        let slots = chart::slots(&fuel.today, now);
        let summary = SeriesSummary::of(&slots);
        let export = fuel.today_export.as_ref();
        let export = export.map(|export| chart::slots(export, now));
        Self {
            title: format::fuel_name(fuel.fuel),
            class: fuel.fuel.name(),
            today_label: match fuel.today_export {
                Some(_) => "From the grid today",
                None => "Used today",
            },
            today: fuel.today.total.map(format::energy),
            exported: fuel
                .today_export
                .as_ref()
                .and_then(|export| export.total)
                .map(format::energy),
            comparison: comparison(fuel),
            bars: summary
                .has_data()
                .then(|| bar_chart(fuel, &slots, export.as_deref(), &summary, zone)),
            missing_note: missing_note(&summary),
            facts: register_facts(fuel)
                .chain(price_facts(fuel.price))
                .chain(credit_facts(fuel.credit))
                .collect(),
            last_read: fuel
                .import
                .map(|reading| (reading.at.to_string(), format::age(now.since(reading.at)))),
        }
    }
}

fn bar_chart(
    fuel: &LiveFuel,
    slots: &[Slot],
    export: Option<&[Slot]>,
    summary: &SeriesSummary,
    zone: &TimeZone,
) -> BarChart {
    let total = format::energy(fuel.today.total.unwrap_or(WattHours(summary.known_energy)));
    BarChart::new(BarChartData {
        fuel: fuel.fuel,
        title: format!("{} today by half-hour", format::fuel_name(fuel.fuel)),
        description: format!("{total} so far, in {} half-hours.", summary.passed),
        step: Step::HalfHour,
        import: slots,
        export,
        linked_period: None,
        zone,
    })
}

fn missing_note(summary: &SeriesSummary) -> Option<String> {
    match summary.missing {
        0 => None,
        1 => Some("1 half-hour has no readings yet.".to_owned()),
        count => Some(format!("{count} half-hours have no readings yet.")),
    }
}

fn comparison(fuel: &LiveFuel) -> Option<Comparison> {
    let (today, yesterday) = (fuel.today.total?, fuel.yesterday_so_far?);
    Some(Comparison {
        text: format::comparison(today, yesterday)
            .map(|amount| format!("{amount} by this time yesterday")),
        yesterday: format::energy(yesterday),
        bars: ComparisonBars::new(today.0, yesterday.0),
    })
}

fn register_facts(fuel: &LiveFuel) -> impl Iterator<Item = Fact> {
    let fact = |name, live_field, reading: RegisterReading| {
        let unit = match reading.unit {
            Unit::WattHours => "kWh",
            Unit::Litres => "m³",
        };
        let value = format!("{} {unit}", format::register(reading.value));
        Fact { name, value, live_field, is_warning: false }
    };
    let live_field = match fuel.import.map(|reading| reading.unit) {
        Some(Unit::Litres) => "litres",
        _ if fuel.fuel == Fuel::Electricity => "import",
        _ => "",
    };
    let import = fuel.import.map(|reading| fact("Meter reading", live_field, reading));
    let export = fuel.export.map(|reading| fact("Export reading", "export", reading));
    import.into_iter().chain(export)
}

fn price_facts(price: Option<Price>) -> impl Iterator<Item = Fact> {
    let price = price.unwrap_or_default();
    let fact = |name, value| Fact { name, value, live_field: "", is_warning: false };
    let unit_rate =
        price.unit_rate.map(|rate| fact("Price", format!("{} per kWh", format::money(rate))));
    let standing_charge = price
        .standing_charge
        .map(|charge| fact("Standing charge", format!("{} a day", format::money(charge))));
    unit_rate.into_iter().chain(standing_charge)
}

fn credit_facts(credit: Option<Credit>) -> impl Iterator<Item = Fact> {
    let credit = credit.unwrap_or_default();
    let fact = |name, amount: Millipence, is_warning| Fact {
        name,
        value: format::pounds(amount),
        live_field: "",
        is_warning,
    };
    let remaining = credit.remaining.map(|left| fact("Credit left", left, left.0 < 0));
    let emergency = credit.emergency.map(|left| fact("Emergency credit left", left, false));
    let debt = credit.debt.filter(|debt| debt.0 > 0).map(|debt| fact("Debt", debt, false));
    remaining.into_iter().chain(emergency).chain(debt)
}
