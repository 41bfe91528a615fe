//! The update of the Telink TLSR8258, which the ESP32-C3 feeds over the UART.
//!
//! The chip checks only a CRC. The ESP32-C3 therefore stages the image, verifies its signature, checks it
//! with [`ImageCheck`], and only then starts an [`Update`].
//!
//! Source of the image format and of the chip's behaviour: the Telink Zigbee SDK, v3.7.2.0.

mod image;
mod image_error;
mod outcome;
mod update;

pub use image::{ImageCheck, ImageHeader, MAX_IMAGE_SIZE, check_image};
pub use image_error::ImageError;
pub use outcome::Outcome;
pub use update::{Action, Update};
