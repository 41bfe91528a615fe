//! A simulated TLSR8258 on a simulated UART, with the timeouts of the Telink Zigbee SDK 3.7.2.0 and
//! virtual time. It also runs without the standard library, in `firmware/rv32-selftest`.

mod chip;
mod image;
mod line;
mod random;
mod simulation;

pub(crate) use chip::{Chip, FLASH_SIZE, SLOT_ADDRESS};
pub(crate) use image::make_image;
pub(crate) use line::Faults;
pub(crate) use random::Random;
pub(crate) use simulation::Simulation;
