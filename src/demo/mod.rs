//! Two simulated homes and their devices. The caller passes the time in, and a home can be
//! simulated in steps of any length.

mod device;
mod household;
mod weather;

pub use device::Device;
pub use household::{Household, cottage, terrace};
