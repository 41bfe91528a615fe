//! From register readings to energy per interval.
//!
//! Documents give [`Segment`]s: stretches of time in which the energy is known
//! because a register was read at both ends, or because a supplier's file
//! states it. An [`EnergyTimeline`] lays segments side by side, decides what happened
//! between neighbours (normal use, a gap, a meter exchange, a rollover, a
//! fault) and says how much energy fell into each interval.

mod fuel_history;
mod plausibility;
mod segment;
mod series;
mod timeline;

pub use fuel_history::FuelHistory;
pub use segment::{Segment, condense};
pub use series::{Interval, Quality, Series};
pub use timeline::EnergyTimeline;
