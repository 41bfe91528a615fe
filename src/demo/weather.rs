//! Made-up weather: the same on every run, different every day.

/// A number that looks random but is the same for the same arguments: the
/// finalizer of `SplitMix64` (Steele, Lea and Flood, 2014).
#[must_use]
pub(super) fn noise(seed: u64, index: i64) -> u64 {
    let mut z = seed
        .wrapping_add(index.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15))
        .wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number from 0 to 999.
#[must_use]
pub(super) fn noise_per_mille(seed: u64, index: i64) -> i64 {
    (noise(seed, index) % 1_000) as i64
}

/// How wintry a day of the year is, 0 (July) to 1000 (January).
#[must_use]
pub(super) fn winter_per_mille(day_of_year: i64) -> i64 {
    // A triangle with its foot on 15 July (day 196) is near enough to a cosine.
    let from_july = (day_of_year - 196).abs();
    let distance = from_july.min(365 - from_july);
    (distance * 1_000 / 182).clamp(0, 1_000)
}
