//! Charts, which the server renders as SVG so that pages need no script. The structs contain
//! positions and texts; the templates next to them write the SVG.
//!
//! Widths are percentages and heights are pixels, so that a chart fills its container while its text
//! keeps its size on phones and on desktops.

mod axis;
mod bars;
mod calendar;
mod comparison;
mod coordinate;
mod legend;
mod scale;
mod slot;
mod sparkline;
mod summary;

pub(crate) use bars::{BarChart, BarChartData};
pub(crate) use calendar::Calendar;
pub(crate) use comparison::ComparisonBars;
pub(crate) use slot::{Slot, SlotState, slots};
pub(crate) use sparkline::Sparkline;
pub(crate) use summary::SeriesSummary;
