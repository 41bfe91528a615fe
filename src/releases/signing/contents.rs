//! What a release consists of, before it is signed.

use cloudsmets_protocol::release::{Target, TrustedComment};
use jiff::civil::Date;

use super::image::{ImageProblem, check_image};
use super::layout::path;
use super::notes::{NotesProblem, check_notes};
use crate::releases::ReleaseVersion;

/// The images of a release and what its manifest states about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseContents {
    pub version: ReleaseVersion,
    /// The oldest running version that may install this release directly.
    pub min: Option<ReleaseVersion>,
    pub date: Date,
    pub notes: String,
    pub esp32c3: Vec<u8>,
    pub factory: Vec<u8>,
    pub tlsr8258: Vec<u8>,
}

/// The reason why contents must not be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentsProblem {
    #[error(
        "the minimum version {min} is newer than the version {version}, so no device could install it"
    )]
    MinAboveVersion { min: ReleaseVersion, version: ReleaseVersion },
    #[error(transparent)]
    Notes(#[from] NotesProblem),
    #[error("{}: {problem}", path(*.target))]
    Image { target: Target, problem: ImageProblem },
}

impl ReleaseContents {
    /// The images with their targets.
    #[must_use]
    pub fn images(&self) -> [(Target, &[u8]); 3] {
        [
            (Target::Esp32c3, &self.esp32c3),
            (Target::Esp32c3Factory, &self.factory),
            (Target::Tlsr8258, &self.tlsr8258),
        ]
    }

    /// Everything that is wrong with the contents.
    #[must_use]
    pub fn problems(&self) -> Vec<ContentsProblem> {
        let mut problems = Vec::new();
        if let Some(min) = self.min.clone().filter(|min| *min > self.version) {
            let version = self.version.clone();
            problems.push(ContentsProblem::MinAboveVersion { min, version });
        }
        problems.extend(check_notes(&self.notes).err().map(ContentsProblem::Notes));
        for (target, image) in self.images() {
            let problem = check_image(target, image).err();
            problems.extend(problem.map(|problem| ContentsProblem::Image { target, problem }));
        }
        problems
    }

    /// The trusted comment of a file of this release.
    pub(super) fn trusted_comment(&self, target: Target, size: u32) -> TrustedComment {
        let min = self.min.as_ref().map(ReleaseVersion::to_device);
        TrustedComment { version: self.version.to_device(), target, size, min }
    }
}
