//! `releases.json`: the public keys, the roll-out percentages and the withdrawn versions. The files
//! of a release never change and the web site is generated, so this is the only file that is edited.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ReleaseVersion;

/// The name of the file in the root of the releases.
pub const ROLLOUT_FILE: &str = "releases.json";

/// The schema version that this program writes.
const SCHEMA: u32 = 1;

/// The state of the roll-out of all versions.
///
/// A file with unknown members is refused, because writing it again would lose them, and because they
/// may restrict what devices may install. A program that adds members increases the schema version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rollout {
    pub schema: u32,
    /// The public keys of the releases, in minisign's base64 form. Empty before the first publication.
    #[serde(default)]
    pub keys: PublicKeys,
    /// The percentage of the devices that may install each version. A version that is not listed is at
    /// 0 %.
    #[serde(default, rename = "rollout")]
    pub percentages: BTreeMap<ReleaseVersion, Percent>,
    /// Versions that no device may install any more.
    #[serde(default)]
    pub withdrawn: BTreeSet<ReleaseVersion>,
}

/// The keys that sign releases. A device accepts a signature of either.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKeys {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The reason why this program cannot use a `releases.json`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRollout {
    #[error(
        "releases.json has schema version {0}, but this program knows versions up to {SCHEMA}; \
         use a newer program"
    )]
    NewerSchema(u32),
    #[error("releases.json is invalid: {0}")]
    Malformed(String),
}

/// A percentage, from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Percent(u8);

/// A number that is not a percentage.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a percentage is a whole number from 0 to 100")]
pub struct InvalidPercent;

impl Percent {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self(100);

    /// Whether the roll-out includes the devices of a group. Without a group, only a
    /// roll-out to all devices includes the caller.
    #[must_use]
    pub fn includes(self, group: Option<Group>) -> bool {
        match group {
            Some(Group(group)) => self.0 > group,
            None => self == Self::ALL,
        }
    }
}

impl TryFrom<u8> for Percent {
    type Error = InvalidPercent;

    fn try_from(number: u8) -> Result<Self, InvalidPercent> {
        if number <= 100 { Ok(Self(number)) } else { Err(InvalidPercent) }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

impl From<Percent> for u8 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

/// The roll-out group of a device, from 0 to 99. A device chooses its group at random
/// once and keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group(u8);

/// A text that is not a roll-out group.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a group is a whole number from 0 to 99")]
pub struct InvalidGroup;

impl std::str::FromStr for Group {
    type Err = InvalidGroup;

    fn from_str(text: &str) -> Result<Self, InvalidGroup> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let group = text.parse().ok().filter(|group| is_number && *group < 100);
        group.map(Self).ok_or(InvalidGroup)
    }
}

impl Default for Rollout {
    fn default() -> Self {
        Self {
            schema: SCHEMA,
            keys: PublicKeys::default(),
            percentages: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
        }
    }
}

impl Rollout {
    /// Reads the file.
    ///
    /// # Errors
    /// [`InvalidRollout`] if the file has a newer schema version, unknown members or another format.
    pub fn from_json(json: &[u8]) -> Result<Self, InvalidRollout> {
        #[derive(Deserialize)]
        struct Schema {
            schema: u32,
        }
        // The text may quote the file, and is printed on a terminal.
        let printable = |error: serde_json::Error| error.to_string().replace(char::is_control, "");
        let malformed = |error| InvalidRollout::Malformed(printable(error));
        let Schema { schema } = serde_json::from_slice(json).map_err(malformed)?;
        if schema > SCHEMA {
            return Err(InvalidRollout::NewerSchema(schema));
        }
        serde_json::from_slice(json).map_err(malformed)
    }

    /// Writes the file. Equal states have equal bytes.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "the keys of all maps are strings, so writing cannot fail"
    )]
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("a roll-out can be written as JSON");
        json.push(b'\n');
        json
    }

    /// The percentage of the devices that may install a version: 0 % if it is withdrawn.
    #[must_use]
    pub fn percent(&self, version: &ReleaseVersion) -> Percent {
        if self.withdrawn.contains(version) {
            return Percent::NONE;
        }
        self.percentages.get(version).copied().unwrap_or(Percent::NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rollout() -> Rollout {
        let version = |text: &str| text.parse::<ReleaseVersion>().unwrap();
        let percent = |number: u8| Percent::try_from(number).unwrap();
        Rollout {
            keys: PublicKeys { current: Some("RWabc".to_owned()), next: None },
            percentages: [
                (version("1.10.0"), percent(5)),
                (version("1.9.0"), Percent::ALL),
                (version("1.8.0"), Percent::ALL),
            ]
            .into(),
            withdrawn: [version("1.9.0")].into(),
            ..Rollout::default()
        }
    }

    #[test]
    fn the_file_is_sorted_and_ends_with_a_line_feed() {
        let json = rollout().to_json();
        let expected = r#"{
  "schema": 1,
  "keys": {
    "current": "RWabc"
  },
  "rollout": {
    "1.8.0": 100,
    "1.9.0": 100,
    "1.10.0": 5
  },
  "withdrawn": [
    "1.9.0"
  ]
}
"#;
        assert_eq!(String::from_utf8(json.clone()).unwrap(), expected);
        assert_eq!(Rollout::from_json(&json).unwrap(), rollout());
    }

    #[test]
    fn a_newer_schema_is_refused_before_its_members_are_read() {
        let newer = br#"{"schema": 2, "rollout": "another format", "unknown": 1}"#;
        assert_eq!(Rollout::from_json(newer), Err(InvalidRollout::NewerSchema(2)));
    }

    #[test]
    fn unknown_members_and_invalid_values_are_refused() {
        for json in [
            "",
            "{}",
            "[]",
            r#"{"schema": "1"}"#,
            r#"{"schema": 1, "paused": true}"#,
            r#"{"schema": 1, "keys": {"previous": "RW"}}"#,
            r#"{"schema": 1, "rollout": {"1.0.0": 101}}"#,
            r#"{"schema": 1, "rollout": {"1.0.0": -1}}"#,
            r#"{"schema": 1, "rollout": {"v1.0.0": 100}}"#,
            r#"{"schema": 1, "withdrawn": ["1.0"]}"#,
            r#"{"schema": 1} {"schema": 1}"#,
        ] {
            let read = Rollout::from_json(json.as_bytes());
            assert!(matches!(read, Err(InvalidRollout::Malformed(_))), "{json}: {read:?}");
        }
    }

    #[test]
    fn a_version_that_is_not_listed_or_is_withdrawn_is_at_zero() {
        let rollout = rollout();
        let percent = |version: &str| u8::from(rollout.percent(&version.parse().unwrap()));
        assert_eq!([percent("1.8.0"), percent("1.9.0"), percent("1.10.0")], [100, 0, 5]);
        assert_eq!(percent("2.0.0"), 0);
    }
}
