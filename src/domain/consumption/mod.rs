//! From register readings to energy per interval.
//!
//! Documents provide [`Segment`]s: periods whose energy is known, either because a register was read
//! at both ends or because a supplier's file states it. An [`EnergyTimeline`] puts segments in order,
//! decides what happened between adjacent ones (normal use, a gap, a meter exchange, a rollover, a
//! fault) and calculates the energy of each interval.

mod fuel_history;
mod plausibility;
mod segment;
mod series;
mod timeline;

pub use fuel_history::FuelHistory;
pub use segment::{Segment, condense};
pub use series::{Interval, Quality, Series};
pub use timeline::EnergyTimeline;
