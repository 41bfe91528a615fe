//! `releases.json`: the public keys, the roll-out percentages and the withdrawn versions. It is the only
//! file of the releases that is not derived from others and changes after it was written.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ReleaseVersion;

/// The name of the file in the root of the releases.
pub const ROLLOUT_FILE: &str = "releases.json";

/// The schema version that this program writes.
const SCHEMA: u32 = 1;

/// The state of the roll-out of all versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    pub schema: u32,
    /// The public keys of the releases, in minisign's base64 form. Empty before the first publication.
    #[serde(default)]
    pub keys: PublicKeys,
    /// The percentage of the devices that may install each version. A version that is not listed is at
    /// 0 %.
    #[serde(default)]
    pub rollout: BTreeMap<ReleaseVersion, Percent>,
    /// Versions that no device may install any more.
    #[serde(default)]
    pub withdrawn: BTreeSet<ReleaseVersion>,
}

/// The keys that sign releases. A device accepts a signature of either.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKeys {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
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

    /// Whether the roll-out includes the devices of a group. A caller without a group gets only what
    /// everybody may have.
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

impl From<Percent> for u8 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

/// The roll-out group of a device, from 0 to 99. A device draws its group once and keeps it.
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

/// `releases.json` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRollout {
    #[error("{ROLLOUT_FILE} is invalid: {0}")]
    Json(#[from] serde_json::Error),
    #[error(
        "{ROLLOUT_FILE} has schema version {0}, but this program knows only version {SCHEMA}: use a \
         newer version of this program"
    )]
    UnknownSchema(u32),
}

impl Default for Rollout {
    fn default() -> Self {
        Self {
            schema: SCHEMA,
            keys: PublicKeys::default(),
            rollout: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
        }
    }
}

impl Rollout {
    /// Parses `releases.json`.
    ///
    /// # Errors
    /// [`InvalidRollout`] if it is not valid, or has another schema version.
    pub fn from_json(json: &[u8]) -> Result<Self, InvalidRollout> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }

        // A newer schema may have other members.
        match serde_json::from_slice(json)? {
            Version { schema: SCHEMA } => Ok(serde_json::from_slice(json)?),
            Version { schema } => Err(InvalidRollout::UnknownSchema(schema)),
        }
    }

    /// The percentage of the devices that may install a version: 0 % if it is withdrawn.
    #[must_use]
    pub fn percent(&self, version: &ReleaseVersion) -> Percent {
        if self.withdrawn.contains(version) {
            return Percent::NONE;
        }
        self.rollout.get(version).copied().unwrap_or(Percent::NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_another_schema_is_refused_by_version() {
        for schema in [0, 2, 7] {
            let json = format!("{{\"schema\":{schema},\"rollout\":\"of another shape\"}}");
            let refused = Rollout::from_json(json.as_bytes());
            assert!(
                matches!(refused, Err(InvalidRollout::UnknownSchema(found)) if found == schema),
                "{refused:?}"
            );
        }
        assert_eq!(Rollout::from_json(b"{\"schema\":1}").unwrap(), Rollout::default());
    }

    #[test]
    fn a_withdrawn_version_is_at_no_percentage() {
        let json = br#"{"schema":1,"rollout":{"1.0.0":100,"1.1.0":30},"withdrawn":["1.0.0"]}"#;
        let rollout = Rollout::from_json(json).unwrap();
        let percent = |version: &str| u8::from(rollout.percent(&version.parse().unwrap()));
        assert_eq!(["1.0.0", "1.1.0", "1.2.0"].map(percent), [0, 30, 0]);
    }
}
