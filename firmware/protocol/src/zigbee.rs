//! Zigbee: attribute values, ids and the units they are in.
//!
//! Zigbee sends values little-endian over the air; the Telink chip turns them round for its UART,
//! so everything here is big-endian.

pub mod cluster;
mod text;
mod units;
mod value;
mod write;

pub use text::{Text, TextType};
pub use units::{ZIGBEE_EPOCH, demand_watts, scale_to_thousandths, utc_time_to_unix};
pub use value::{Value, ValueError};
pub use write::UnencodableValue;
