//! Simulated weather: it differs from day to day and is the same in every run.

/// Returns a pseudo-random number that depends on the arguments alone: the finalizer of
/// `SplitMix64` (Steele, Lea and Flood, 2014).
#[must_use]
pub(super) fn noise(seed: u64, index: i64) -> u64 {
    let mut z = seed
        .wrapping_add(index.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15))
        .wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Returns a pseudo-random number from 0 to 999 that depends on the arguments alone.
#[must_use]
pub(super) fn noise_per_mille(seed: u64, index: i64) -> i64 {
    (noise(seed, index) % 1_000) as i64
}

/// Returns how close a day of the year is to mid-winter, from 0 (July) to 1000 (January).
#[must_use]
pub(super) fn winter_per_mille(day_of_year: i64) -> i64 {
    // A triangle wave with its minimum on 15 July (day 196) approximates the cosine well enough.
    let from_july = (day_of_year - 196).abs();
    let distance = from_july.min(365 - from_july);
    (distance * 1_000 / 182).clamp(0, 1_000)
}
