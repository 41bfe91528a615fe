//! Charts, drawn on the server as SVG so that a page needs no script. The
//! structs hold positions and texts; `templates/part/*.html` write them down.
//!
//! Widths are percentages and heights are pixels: a chart is as wide as its
//! place and its letters keep their size, on a phone as on a desk.

mod axis;
mod bars;
mod calendar;
mod coordinate;
mod legend;
mod scale;
mod slot;
mod spark;
mod story;

pub(crate) use bars::{Bars, Plan};
pub(crate) use calendar::Calendar;
pub(crate) use slot::{Known, Slot, slots};
pub(crate) use spark::{Duel, Spark};
pub(crate) use story::Story;
