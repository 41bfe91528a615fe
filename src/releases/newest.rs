//! Finds the newest version among names.

use super::ReleaseVersion;

/// The newest versions among the names that were added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewestVersions {
    release: Option<ReleaseVersion>,
    any: Option<ReleaseVersion>,
}

impl NewestVersions {
    /// Adds a name. It is ignored if it is not a version.
    pub fn add(&mut self, name: &str) {
        let Ok(version) = name.parse::<ReleaseVersion>() else { return };
        if !version.is_dev() && Some(&version) > self.release.as_ref() {
            self.release = Some(version.clone());
        }
        if Some(&version) > self.any.as_ref() {
            self.any = Some(version);
        }
    }

    /// The newest release, or the newest version including development releases.
    #[must_use]
    pub fn version(self, include_dev: bool) -> Option<ReleaseVersion> {
        if include_dev { self.any } else { self.release }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(names: &[&str], include_dev: bool) -> Option<String> {
        let mut newest = NewestVersions::default();
        names.iter().for_each(|name| newest.add(name));
        newest.version(include_dev).map(|version| version.to_string())
    }

    #[test]
    fn dev_versions_count_only_when_they_are_included() {
        let names = ["1.4.2", "1.10.0-dev9", "1.10.0-dev10", "1.9.9", "v2.0.0", "2.0", "notes"];
        assert_eq!(newest(&names, false).as_deref(), Some("1.9.9"));
        assert_eq!(newest(&names, true).as_deref(), Some("1.10.0-dev10"));
        assert_eq!(newest(&["1.10.0-dev99", "1.10.0"], true).as_deref(), Some("1.10.0"));
        assert_eq!(newest(&["1.10.0-dev99"], false), None);
        assert_eq!(newest(&[], true), None);
    }
}
