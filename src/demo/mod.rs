//! Two made-up homes and the devices in them. Time is handed in; a home lives
//! from one moment to the next in steps of any length.

mod device;
mod household;
mod weather;

pub use device::Device;
pub use household::{Household, cottage, terrace};
