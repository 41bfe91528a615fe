//! Which version is available to which devices.

use super::ReleaseVersion;
use super::rollout::{Group, Percent, Rollout};

/// The versions that a device chooses from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Releases only.
    Release,
    /// Releases and development releases.
    Development,
}

/// The newest available version of each channel and roll-out group. It holds only versions that are
/// the answer to some request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AvailableVersions {
    release: Steps,
    development: Steps,
}

/// Versions in descending order with ascending percentages, because a version is never the newest for
/// any group if a newer one is at the same or a higher percentage.
type Steps = Vec<(Percent, ReleaseVersion)>;

impl AvailableVersions {
    /// Applies the roll-out to the versions that exist, which may be in any order.
    #[must_use]
    pub fn new(mut existing: Vec<ReleaseVersion>, rollout: &Rollout) -> Self {
        existing.sort_unstable_by(|one, other| other.cmp(one));
        let mut available = Self::default();
        for version in existing {
            let percent = rollout.percent(&version);
            if !version.is_dev() {
                add_step(&mut available.release, percent, &version);
            }
            add_step(&mut available.development, percent, &version);
        }
        available
    }

    /// The newest version for a device of this group. Without a group, the newest version that all
    /// groups may install.
    #[must_use]
    pub fn newest(&self, channel: Channel, group: Option<Group>) -> Option<&ReleaseVersion> {
        let steps = match channel {
            Channel::Release => &self.release,
            Channel::Development => &self.development,
        };
        let step = steps.iter().find(|(percent, _)| percent.includes(group));
        step.map(|(_, version)| version)
    }
}

fn add_step(steps: &mut Steps, percent: Percent, version: &ReleaseVersion) {
    let reached = steps.last().map_or(Percent::NONE, |(percent, _)| *percent);
    if percent > reached {
        steps.push((percent, version.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A roll-out and the versions in it, all of which exist.
    fn available(percents: &[(&str, u8)]) -> AvailableVersions {
        let mut rollout = Rollout::default();
        for (version, percent) in percents {
            let percent = Percent::try_from(*percent).unwrap();
            rollout.percentages.insert(version.parse().unwrap(), percent);
        }
        AvailableVersions::new(rollout.percentages.keys().cloned().collect(), &rollout)
    }

    fn newest(available: &AvailableVersions, channel: Channel, group: &str) -> Option<String> {
        let group = (!group.is_empty()).then(|| group.parse().unwrap());
        available.newest(channel, group).map(ToString::to_string)
    }

    #[test]
    fn development_versions_are_only_in_their_channel() {
        let both = available(&[("1.4.2", 100), ("1.10.0-dev9", 100), ("1.10.0-dev10", 100)]);
        assert_eq!(newest(&both, Channel::Release, "").as_deref(), Some("1.4.2"));
        assert_eq!(newest(&both, Channel::Development, "").as_deref(), Some("1.10.0-dev10"));
        let released = available(&[("1.10.0-dev99", 100), ("1.10.0", 100)]);
        assert_eq!(newest(&released, Channel::Development, "").as_deref(), Some("1.10.0"));
        assert_eq!(newest(&available(&[("1.0.0-dev1", 100)]), Channel::Release, ""), None);
    }

    #[test]
    fn a_group_gets_the_newest_version_whose_percentage_is_above_its_number() {
        let staged = available(&[("1.0.0", 100), ("1.1.0", 50), ("1.2.0", 1), ("1.3.0", 0)]);
        for (group, expected) in
            [("0", "1.2.0"), ("1", "1.1.0"), ("49", "1.1.0"), ("50", "1.0.0"), ("99", "1.0.0")]
        {
            assert_eq!(newest(&staged, Channel::Release, group).as_deref(), Some(expected));
        }
        assert_eq!(newest(&staged, Channel::Release, "").as_deref(), Some("1.0.0"));
    }

    #[test]
    fn a_version_that_releases_json_does_not_name_is_not_available() {
        let exists = vec!["1.0.0".parse().unwrap()];
        let unlisted = AvailableVersions::new(exists, &Rollout::default());
        assert_eq!(newest(&unlisted, Channel::Development, "0"), None);
    }

    #[test]
    fn only_versions_that_are_an_answer_are_kept() {
        let percents: Vec<_> = (0..2_000).map(|patch| format!("1.0.{patch}")).collect();
        let percents: Vec<_> = percents.iter().map(|version| (version.as_str(), 100)).collect();
        assert_eq!(available(&percents).release.len(), 1);
    }
}
