//! Converts raw values to units.

/// The epoch of `UTCTime`, 2000-01-01T00:00:00Z, in Unix seconds (Zigbee Cluster Library,
/// section 2.6.2).
pub const ZIGBEE_EPOCH: i64 = 946_684_800;

/// Converts a `UTCTime` to Unix seconds. The caller must handle 0xFFFFFFFF, which means "invalid", see
/// [`Value::is_invalid`](super::Value::is_invalid).
#[must_use]
pub const fn utc_time_to_unix(utc_time: u32) -> i64 {
    ZIGBEE_EPOCH + utc_time as i64
}

/// A metering register in thousandths of its unit (Wh for kWh, litres for m3): `raw` x `multiplier` x
/// 1000 / `divisor`, with halves rounded up. `None` if `divisor` is 0 or the result exceeds `u64::MAX`.
#[must_use]
pub fn scale_to_thousandths(raw: u64, multiplier: u32, divisor: u32) -> Option<u64> {
    let divisor = u128::from(divisor);
    // The product is below 2^64 x 2^32 x 2^10 x 2, so it fits.
    let doubled = u128::from(raw) * u128::from(multiplier) * 2000;
    let rounded = (doubled + divisor).checked_div(2 * divisor)?;
    u64::try_from(rounded).ok()
}

/// The instantaneous demand (metering attribute 0x0400, a signed 24-bit integer) in watts, negative
/// when exporting, from 24 raw bits or from 32 sign-extended bits: FFFCEF and FFFFFCEF are
/// both -785.
///
/// `None` for the "invalid" value -8388608 and for values that do not fit into 24 bits.
#[must_use]
pub const fn demand_watts(raw: u32) -> Option<i32> {
    const INVALID: i32 = -0x80_0000;
    let watts = ((raw << 8) as i32) >> 8; // bit 23 fills the bits above it
    let is_24_bit = raw >> 24 == 0 || watts as u32 == raw;
    if is_24_bit && watts != INVALID { Some(watts) } else { None }
}
