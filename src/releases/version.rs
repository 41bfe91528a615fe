//! Release versions on the server.

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use cloudsmets_protocol::release::Version;
use serde::{Deserialize, Serialize};

/// A release version, `X.Y.Z` or `X.Y.Z-devN`. Newer versions are greater.
///
/// Devices have a type of their own, [`Version`], which needs no allocator.
/// Both accept the same texts and have the same order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReleaseVersion(semver::Version);

/// A text that is not a release version.
#[derive(Debug, thiserror::Error)]
pub enum InvalidVersion {
    #[error(transparent)]
    NotSemantic(#[from] semver::Error),
    /// Devices store each number in 32 bits.
    #[error("a number of the version is greater than 4294967295")]
    TooLarge,
    #[error("the only suffix of a version is -devN, where N is a number from 1")]
    UnknownSuffix,
}

impl ReleaseVersion {
    /// Whether this is a development release.
    #[must_use]
    pub fn is_dev(&self) -> bool {
        !self.0.pre.is_empty()
    }

    /// The same version in the type of the devices.
    #[must_use]
    pub fn to_device(&self) -> Version {
        let Self(version) = self;
        // `from_str` has checked the ranges.
        let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Version {
            major: number(version.major),
            minor: number(version.minor),
            patch: number(version.patch),
            dev: dev_number(&version.pre).and_then(NonZeroU32::new),
        }
    }

    /// `semver` compares `dev10` and `dev9` as text, so the order compares the number.
    fn sort_key(&self) -> (u64, u64, u64, bool, Option<u32>) {
        let Self(version) = self;
        let dev_number = dev_number(version.pre.as_str());
        (version.major, version.minor, version.patch, !self.is_dev(), dev_number)
    }
}

/// The number of the suffix `devN`; `None` if the suffix is different.
fn dev_number(suffix: &str) -> Option<u32> {
    let digits = suffix.strip_prefix("dev").filter(|digits| !digits.starts_with('0'))?;
    digits.parse().ok()
}

impl FromStr for ReleaseVersion {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let version: semver::Version = text.parse()?;
        let numbers = [version.major, version.minor, version.patch];
        if numbers.into_iter().any(|number| u32::try_from(number).is_err()) {
            return Err(InvalidVersion::TooLarge);
        }
        let is_known = version.pre.is_empty() || dev_number(&version.pre).is_some();
        if !is_known || !version.build.is_empty() {
            return Err(InvalidVersion::UnknownSuffix);
        }
        Ok(Self(version))
    }
}

impl TryFrom<String> for ReleaseVersion {
    type Error = InvalidVersion;

    fn try_from(text: String) -> Result<Self, InvalidVersion> {
        text.parse()
    }
}

impl From<ReleaseVersion> for String {
    fn from(version: ReleaseVersion) -> Self {
        version.to_string()
    }
}

impl Ord for ReleaseVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.sort_key().cmp(&other.sort_key())
    }
}

impl PartialOrd for ReleaseVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for ReleaseVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_releases_are_ordered_by_number_and_before_their_release() {
        let ordered = ["1.9.9", "1.10.0-dev9", "1.10.0-dev10", "1.10.0", "1.10.1-dev1", "2.0.0"];
        let versions = ordered.map(|text| text.parse::<ReleaseVersion>().unwrap());
        assert!(versions.is_sorted(), "{versions:?}");
        assert_eq!(versions.map(|version| version.to_string()), ordered);
    }

    #[test]
    fn build_metadata_other_suffixes_and_large_numbers_are_refused() {
        for text in [
            "1.0.0+1",
            "1.0.0-dev1+1",
            "1.0.0-rc1",
            "1.0.0-dev",
            "1.0.0-dev0",
            "1.0.0-dev01",
            "1.0.0-dev.1",
            "1.0.0-dev4294967296",
            "4294967296.0.0",
            "1.0.18446744073709551616",
            "1.0",
        ] {
            assert!(text.parse::<ReleaseVersion>().is_err(), "{text}");
        }
    }
}
