//! What publishing a release has to do, from what is published already.

use crate::releases::ReleaseVersion;
use crate::releases::error::ChangeRefusal;
use crate::releases::files::{FILES, MANIFEST};

/// A file of the release, compared with the published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileState {
    Missing,
    Equal,
    Different,
}

/// What publishing a release has to do. Files are named by their paths within the release, in the order
/// in which they are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The version does not exist yet. The manifest is the last of the missing files.
    Publish {
        missing: Vec<&'static str>,
    },
    /// The version exists, but files of it were lost.
    Repair {
        missing: Vec<&'static str>,
    },
    AlreadyPublished,
}

impl Plan {
    /// `states` are the states of [`FILES`].
    pub(super) fn new(
        version: &ReleaseVersion,
        states: [FileState; FILES.len()],
    ) -> Result<Self, ChangeRefusal> {
        let files = || FILES.into_iter().zip(states);
        if let Some((file, _)) = files().find(|(_, state)| *state == FileState::Different) {
            return Err(ChangeRefusal::DifferentContents(format!("{version}/{file}")));
        }
        let missing = files().filter(|(_, state)| *state == FileState::Missing);
        let missing: Vec<_> = missing.map(|(file, _)| file).collect();
        Ok(if missing.contains(&MANIFEST) {
            Self::Publish { missing }
        } else if missing.is_empty() {
            Self::AlreadyPublished
        } else {
            Self::Repair { missing }
        })
    }

    /// The files that have to be uploaded.
    #[must_use]
    pub fn missing(&self) -> &[&'static str] {
        match self {
            Self::Publish { missing } | Self::Repair { missing } => missing,
            Self::AlreadyPublished => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FileState::{Different, Equal, Missing};
    use super::*;

    fn plan(states: [FileState; FILES.len()]) -> Result<Plan, ChangeRefusal> {
        Plan::new(&"1.5.0".parse().unwrap(), states)
    }

    #[test]
    fn missing_files_are_uploaded_and_the_manifest_last() {
        assert_eq!(plan([Equal; 8]), Ok(Plan::AlreadyPublished));
        assert_eq!(plan([Missing; 8]), Ok(Plan::Publish { missing: FILES.to_vec() }));
        assert_eq!(FILES.last(), Some(&MANIFEST));
        let mut states = [Equal; 8];
        states[7] = Missing;
        assert_eq!(plan(states), Ok(Plan::Publish { missing: vec![MANIFEST] }));
    }

    #[test]
    fn a_lost_file_of_an_existing_version_is_uploaded_again() {
        let mut states = [Equal; 8];
        states[1] = Missing;
        assert_eq!(plan(states), Ok(Plan::Repair { missing: vec![FILES[1]] }));
    }

    #[test]
    fn one_different_file_refuses_the_release() {
        for other in [Missing, Equal] {
            for (index, file) in FILES.into_iter().enumerate() {
                let mut states = [other; 8];
                states[index] = Different;
                let refusal = ChangeRefusal::DifferentContents(format!("1.5.0/{file}"));
                assert_eq!(plan(states), Err(refusal));
            }
        }
    }
}
