//! The errors of reading and changing the releases.

use cloudsmets_update::KeyId;

use super::ReleaseVersion;
use super::rollout::InvalidRollout;
use super::signing::{FolderProblems, PublicKeyFileError};

/// The releases cannot be read or changed. The messages contain no secrets.
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
    #[error("the release folder failed verification, so nothing was published:\n{0}")]
    Folder(#[from] FolderProblems),
    #[error(transparent)]
    PublicKey(#[from] PublicKeyFileError),
    #[error(transparent)]
    Refused(#[from] ChangeRefusal),
}

/// The reason why a change is not allowed. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefusal {
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
    #[error(
        "the release is signed by the key {signed}, but only {accepted} can be used; sign it with an \
         accepted key, or pass the new public keys with --key"
    )]
    UnknownKey { signed: KeyId, accepted: String },
    #[error("the public keys in releases.json are invalid; pass the correct ones with --key")]
    InvalidRecordedKeys,
    #[error(
        "the public keys in releases.json were changed at the same time; run the command again"
    )]
    KeysChanged,
    #[error("other programs changed releases.json during all {0} attempts; run the command again")]
    Contention(u32),
}
