//! The errors of reading and changing the releases.

use super::ReleaseVersion;
use super::rollout::InvalidRollout;

/// The location of the releases cannot be used. The messages contain no secrets.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReleasesError {
    #[error("the releases in {location} cannot be read: {reason}")]
    Read { location: String, reason: String },
    #[error("the releases in {location} cannot be changed: {reason}")]
    Write { location: String, reason: String },
    #[error("the releases in {location} cannot be read: {reason}")]
    InvalidRollout { location: String, reason: InvalidRollout },
}

/// The releases were not changed, or the change is incomplete and can be repeated.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error(transparent)]
    Releases(#[from] ReleasesError),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// The reason why a change is not allowed. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("version {0} is not published; publish it first")]
    NotPublished(ReleaseVersion),
    #[error("there are no files of version {0}; `cloudsmets release list` lists the versions")]
    UnknownVersion(ReleaseVersion),
    #[error("version {0} is withdrawn, which is final; publish a newer version instead")]
    Withdrawn(ReleaseVersion),
    #[error(
        "{0} is already published with other contents, and a published file is never changed; \
         publish the original folder, or use a new version number"
    )]
    DifferentContents(String),
    #[error("releases.json was changed by others {0} times in succession; run the command again")]
    Contention(u32),
}
