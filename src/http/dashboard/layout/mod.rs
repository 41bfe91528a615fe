//! What stands above every page of a home: its name and the tabs.

use jiff::civil::Date;

use super::address;
use crate::report::{HomeReport, Period};

/// One tab.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    /// What it says.
    pub(crate) label: &'static str,
    /// Where it leads.
    pub(crate) href: String,
    /// Whether it is the page itself.
    pub(crate) is_current: bool,
}

/// The head of a home's page.
#[derive(Clone, Debug)]
pub(crate) struct HomeHeader {
    /// The home's name.
    pub(crate) name: String,
    /// Now, day, week, month, year.
    pub(crate) tabs: Vec<Tab>,
}

impl HomeHeader {
    /// The head of a page that shows `current` (nothing: the now page), with
    /// tabs that lead to the periods around `date`.
    pub(crate) fn new(home: &HomeReport, current: Option<Period>, date: Date) -> Self {
        let address = address::home(&home.id);
        let tab = |label, period| Tab {
            label,
            href: format!("{address}/{}", address::period(period, date)),
            is_current: current == Some(period),
        };
        let tabs = vec![
            tab("Day", Period::Day),
            tab("Week", Period::Week),
            tab("Month", Period::Month),
            tab("Year", Period::Year),
        ];
        let now = Tab { label: "Now", href: address.clone(), is_current: current.is_none() };
        Self { name: home.name.clone(), tabs: std::iter::once(now).chain(tabs).collect() }
    }
}
