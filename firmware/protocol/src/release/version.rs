//! Release versions, `X.Y.Z` or `X.Y.Z-devN`.
//!
//! This is the format of the names of release folders and of the reply of `/latest-version`. It is
//! intentionally a subset of semantic versioning: folders with any other name are ignored.

use core::cmp::Ordering;
use core::fmt;
use core::num::NonZeroU32;
use core::str::FromStr;

/// A release version. Newer versions are greater. A development release is older than its release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version {
    /// `X` of `X.Y.Z`.
    pub major: u32,
    /// `Y` of `X.Y.Z`.
    pub minor: u32,
    /// `Z` of `X.Y.Z`.
    pub patch: u32,
    /// `N` of `-devN`; `None` for a release.
    pub dev: Option<NonZeroU32>,
}

impl Version {
    /// Whether this is a development release.
    #[must_use]
    pub const fn is_dev(&self) -> bool {
        self.dev.is_some()
    }

    fn sort_key(&self) -> (u32, u32, u32, bool, Option<NonZeroU32>) {
        let released = !self.is_dev();
        (self.major, self.minor, self.patch, released, self.dev)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.sort_key().cmp(&other.sort_key())
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        match self.dev {
            Some(dev) => write!(f, "-dev{dev}"),
            None => Ok(()),
        }
    }
}

/// The reason why a text is not a release version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseVersionError {
    /// The text does not have three parts separated by full stops.
    NotThreeParts,
    /// A part is empty or contains a character other than the digits 0 to 9.
    NotANumber,
    /// A part has a leading zero, so that one version would have two spellings.
    LeadingZero,
    /// A part is greater than 4294967295.
    TooLarge,
    /// The text after the first hyphen does not start with `dev`.
    UnknownSuffix,
    /// The suffix is `dev0`. Development releases are numbered from 1.
    DevZero,
}

impl fmt::Display for ParseVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotThreeParts => "a version is X.Y.Z or X.Y.Z-devN",
            Self::NotANumber => "a part of the version is not a number",
            Self::LeadingZero => "a part of the version has a leading zero",
            Self::TooLarge => "a part of the version is greater than 4294967295",
            Self::UnknownSuffix => "the only suffix of a version is -devN",
            Self::DevZero => "development releases are numbered from 1",
        })
    }
}

impl core::error::Error for ParseVersionError {}

impl FromStr for Version {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (numbers, suffix) = match text.split_once('-') {
            Some((numbers, suffix)) => (numbers, Some(suffix)),
            None => (text, None),
        };
        let mut parts = numbers.split('.');
        let (Some(major), Some(minor), Some(patch), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ParseVersionError::NotThreeParts);
        };
        Ok(Self {
            major: parse_number(major)?,
            minor: parse_number(minor)?,
            patch: parse_number(patch)?,
            dev: suffix.map(parse_dev).transpose()?,
        })
    }
}

fn parse_dev(suffix: &str) -> Result<NonZeroU32, ParseVersionError> {
    let digits = suffix.strip_prefix("dev").ok_or(ParseVersionError::UnknownSuffix)?;
    NonZeroU32::new(parse_number(digits)?).ok_or(ParseVersionError::DevZero)
}

fn parse_number(digits: &str) -> Result<u32, ParseVersionError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseVersionError::NotANumber);
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(ParseVersionError::LeadingZero);
    }
    digits.parse().map_err(|_| ParseVersionError::TooLarge)
}
