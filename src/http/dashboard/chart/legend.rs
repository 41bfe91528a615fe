//! The legend of a chart, which explains only the marks that occur in it.

use super::slot::{Slot, SlotState};
use crate::domain::register::Fuel;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LegendEntry {
    /// The SVG `fill` of the swatch; `None` if its class decides.
    pub(crate) fill: Option<&'static str>,
    pub(crate) class: &'static str,
    pub(crate) text: &'static str,
}

/// The fill of missing intervals.
pub(crate) const MISSING_FILL: &str = "url(#missing)";

/// The fill of estimated intervals.
pub(crate) const fn estimated_fill(class: &str) -> &'static str {
    match class.as_bytes() {
        b"gas" => "url(#estimated-gas)",
        b"export" => "url(#estimated-export)",
        _ => "url(#estimated-electricity)",
    }
}

/// Returns an empty legend if every interval is measured import.
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
