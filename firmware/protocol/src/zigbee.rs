//! Zigbee attribute values, ids and units.
//!
//! Zigbee sends values little-endian over the air. The Telink chip reverses them for its UART, so all
//! values here are big-endian.

pub mod cluster;
mod text;
mod units;
mod value;
mod write;

pub use text::{Text, TextType};
pub use units::{ZIGBEE_EPOCH, demand_watts, scale_to_thousandths, utc_time_to_unix};
pub use value::{Value, ValueError};
pub use write::UnencodableValue;
