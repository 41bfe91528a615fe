//! Times on the wire.

use serde::de::{Deserialize, Deserializer, Error};

/// 9999-12-31T23:59:59Z, the last second that has a four-digit year.
const MAX_UNIX_TIME: i64 = 253_402_300_799;

fn check_range<E: Error>(seconds: i64) -> Result<i64, E> {
    if (0..=MAX_UNIX_TIME).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(E::custom(format_args!("{seconds} is no Unix time between the years 1970 and 9999")))
    }
}

/// For `deserialize_with`: Unix seconds.
pub(crate) fn deserialize_unix<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<i64, D::Error> {
    check_range(i64::deserialize(deserializer)?)
}

/// For `deserialize_with`: Unix seconds or `null`.
pub(crate) fn deserialize_optional_unix<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i64>, D::Error> {
    Option::deserialize(deserializer)?.map(check_range).transpose()
}
