//! The header of every page of a home: its name and the tabs.

use jiff::civil::Date;

use super::address;
use crate::report::{HomeReport, Period};

#[derive(Clone, Debug)]
pub(crate) struct Tab {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) is_current: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct HomeHeader {
    pub(crate) name: String,
    /// Links to the now, day, week, month and year pages, in this order.
    pub(crate) tabs: Vec<Tab>,
}

impl HomeHeader {
    /// Creates the header of the page that shows `current`, or of the now page if that is `None`.
    /// The tabs link to the periods that contain `date`.
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
