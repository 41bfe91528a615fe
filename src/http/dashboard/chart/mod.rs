//! Charts, drawn on the server as SVG so that a page needs no script. The
//! structs hold positions and texts; the templates beside them write them down.
//!
//! Widths are percentages and heights are pixels: a chart is as wide as its
//! place and its letters keep their size, on a phone as on a desk.

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
