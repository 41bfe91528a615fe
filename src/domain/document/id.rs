//! The addresses of documents.

use std::fmt;

use jiff::civil::Date;

use crate::domain::identity::HomeId;
use crate::domain::register::Fuel;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    Home,
    /// A UTC day of one fuel.
    Day,
    /// A local month of one fuel.
    Month,
}

/// The address of a document. All [`Home`](Self::Home) documents share one partition, so that they
/// can be listed by one range. All other documents of a home are in a partition of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentId {
    Home(HomeId),
    /// A UTC day of one fuel of a home.
    Day(HomeId, Fuel, Date),
    /// A local month of one fuel of a home; the date is the first of the month.
    Month(HomeId, Fuel, Date),
}

impl DocumentId {
    pub const HOMES_PARTITION: &'static str = "homes";

    /// The partition of a home's days and months.
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

    #[must_use]
    pub const fn kind(&self) -> DocumentKind {
        match self {
            Self::Home(_) => DocumentKind::Home,
            Self::Day(..) => DocumentKind::Day,
            Self::Month(..) => DocumentKind::Month,
        }
    }

    #[must_use]
    pub fn partition(&self) -> String {
        match self {
            Self::Home(_) => Self::HOMES_PARTITION.to_owned(),
            Self::Day(home, ..) | Self::Month(home, ..) => Self::partition_of(home),
        }
    }
}

/// The id within the partition. Cosmos DB refuses `/`, `\`, `?` and `#` in an id. A home's name can
/// contain the last two: they are percent-encoded, and so is `%`.
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
