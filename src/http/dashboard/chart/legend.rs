//! What a chart's marks mean, when they occur.

use super::slot::{Slot, SlotState};
use crate::domain::register::Fuel;

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LegendEntry {
    /// The swatch's paint, as an SVG `fill`; nothing: by class.
    pub(crate) fill: Option<&'static str>,
    /// The swatch's class.
    pub(crate) class: &'static str,
    /// What it means.
    pub(crate) text: &'static str,
}

/// The pattern of what is not known.
pub(crate) const MISSING_FILL: &str = "url(#missing)";

/// The pattern of what is estimated.
pub(crate) const fn estimated_fill(class: &str) -> &'static str {
    match class.as_bytes() {
        b"gas" => "url(#estimated-gas)",
        b"export" => "url(#estimated-export)",
        _ => "url(#estimated-electricity)",
    }
}

/// Plain charts have none.
pub(crate) fn legend(fuel: Fuel, import: &[Slot], export: Option<&[Slot]>) -> Vec<LegendEntry> {
    let all = || import.iter().chain(export.unwrap_or_default());
    let mut entries = Vec::new();
    if export.is_some() {
        let import_entry = LegendEntry { fill: None, class: fuel.name(), text: "from the grid" };
        entries.extend([
            import_entry,
            LegendEntry { fill: None, class: "export", text: "to the grid" },
        ]);
    }
    if all().any(|slot| matches!(slot.state, SlotState::Estimated(_))) {
        let fill = Some(estimated_fill(fuel.name()));
        entries.push(LegendEntry {
            fill,
            class: fuel.name(),
            text: "partly estimated or incomplete",
        });
    }
    if all().any(|slot| slot.state == SlotState::Missing) {
        entries.push(LegendEntry {
            fill: Some(MISSING_FILL),
            class: "missing",
            text: "no readings",
        });
    }
    entries
}
