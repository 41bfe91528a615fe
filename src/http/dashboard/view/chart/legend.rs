//! What a chart's marks mean, when they occur.

use super::slot::{Known, Slot};
use crate::domain::register::Fuel;

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The swatch's paint, as an SVG `fill`; nothing: by class.
    pub(crate) paint: Option<&'static str>,
    /// The swatch's class.
    pub(crate) class: &'static str,
    /// What it means.
    pub(crate) text: &'static str,
}

/// The pattern of what is not known.
pub(crate) const MISSING: &str = "url(#missing)";

/// The pattern of what is estimated.
pub(crate) const fn estimated(class: &str) -> &'static str {
    match class.as_bytes() {
        b"gas" => "url(#estimated-gas)",
        b"export" => "url(#estimated-export)",
        _ => "url(#estimated-electricity)",
    }
}

/// Plain charts have none.
pub(crate) fn legend(fuel: Fuel, import: &[Slot], export: Option<&[Slot]>) -> Vec<Entry> {
    let all = || import.iter().chain(export.unwrap_or_default());
    let mut entries = Vec::new();
    if export.is_some() {
        let used = Entry { paint: None, class: fuel.name(), text: "from the grid" };
        entries.extend([used, Entry { paint: None, class: "export", text: "to the grid" }]);
    }
    if all().any(|slot| matches!(slot.known, Known::Estimated(_))) {
        let paint = Some(estimated(fuel.name()));
        entries.push(Entry { paint, class: fuel.name(), text: "partly estimated or incomplete" });
    }
    if all().any(|slot| slot.known == Known::Missing) {
        entries.push(Entry { paint: Some(MISSING), class: "missing", text: "no readings" });
    }
    entries
}
