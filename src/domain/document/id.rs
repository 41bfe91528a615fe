//! Where a document lives.

use std::fmt;

use jiff::civil::Date;

use crate::domain::identity::HomeId;
use crate::domain::register::Fuel;

/// The kinds of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// What is known of a home.
    Home,
    /// A UTC day of one fuel.
    Day,
    /// A local month of one fuel.
    Month,
}

/// A document's address. Homes share one partition, so that listing them is
/// one range; everything else of a home is in a partition of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentId {
    /// What is known of a home.
    Home(HomeId),
    /// A UTC day of one fuel of a home.
    Day(HomeId, Fuel, Date),
    /// A local month of one fuel of a home; the date is the first of the month.
    Month(HomeId, Fuel, Date),
}

impl DocumentId {
    /// The partition of all homes.
    pub const HOMES_PARTITION: &'static str = "homes";

    /// The partition of a home's readings.
    #[must_use]
    pub fn partition_of(home: &HomeId) -> String {
        format!("home:{home}")
    }

    /// The home whose [`DocumentId::Home`] is written as `text`.
    #[must_use]
    pub fn parse_home(text: &str) -> Option<HomeId> {
        let name = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
        HomeId::new(name).ok()
    }

    /// Which kind of document is there.
    #[must_use]
    pub const fn kind(&self) -> DocumentKind {
        match self {
            Self::Home(_) => DocumentKind::Home,
            Self::Day(..) => DocumentKind::Day,
            Self::Month(..) => DocumentKind::Month,
        }
    }

    /// The partition it lies in.
    #[must_use]
    pub fn partition(&self) -> String {
        match self {
            Self::Home(_) => Self::HOMES_PARTITION.to_owned(),
            Self::Day(home, ..) | Self::Month(home, ..) => Self::partition_of(home),
        }
    }
}

/// The id inside the partition. Of the characters that Cosmos DB refuses in an
/// id (`/ \ ? #`) a home's name can have the last two: they are written as `%`
/// and two hexadecimal digits, and `%` itself too.
impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home(home) => home.as_str().chars().try_for_each(|c| match c {
                '%' | '?' | '#' => write!(f, "%{:02X}", u32::from(c)),
                c => write!(f, "{c}"),
            }),
            Self::Day(_, fuel, date) => write!(f, "day:{}:{date}", fuel.name()),
            Self::Month(_, fuel, date) => {
                write!(f, "month:{}:{:04}-{:02}", fuel.name(), date.year(), date.month())
            }
        }
    }
}
