//! From register readings to energy per interval.
//!
//! Documents give [`Piece`]s: stretches of time in which the energy is known
//! because a register was read at both ends, or because a supplier's file
//! states it. A [`Ledger`] lays pieces side by side, decides what happened
//! between neighbours (normal use, a gap, a meter exchange, a rollover, a
//! fault) and says how much energy fell into each interval.

mod account;
mod bridge;
mod ledger;
mod piece;
mod series;

pub use account::Account;
pub use ledger::Ledger;
pub use piece::{Piece, condense};
pub use series::{Interval, Quality, Series};
