//! What can be wrong with a release folder.

use cloudsmets_protocol::release::Version;
use cloudsmets_update::{KeyId, Refusal};

use crate::releases::signing::contents::ContentsProblem;
use crate::releases::signing::layout::SIGNED_BY;
use crate::releases::signing::limited_read::ReadFileError;

/// A reason why a release folder fails verification. Paths are relative to the folder.
#[derive(Debug, thiserror::Error)]
pub enum FolderProblem {
    #[error(transparent)]
    Unreadable(#[from] ReadFileError),
    #[error("{path} is missing")]
    Missing { path: &'static str },
    #[error("{path} is not a regular file")]
    NotAFile { path: String },
    #[error("{path} is not part of a release; move it out of the folder")]
    Unknown { path: String },
    #[error("{path}: {refusal}")]
    Refused { path: &'static str, refusal: Refusal },
    #[error("{path} is signed as version {signed}, but the manifest as {manifest}")]
    OtherVersion { path: &'static str, signed: Version, manifest: Version },
    #[error("{path} is signed with another minimum version than the manifest")]
    OtherMin { path: &'static str },
    #[error("{path} is signed by the key {signed}, but the manifest by {manifest}")]
    OtherKey { path: &'static str, signed: KeyId, manifest: KeyId },
    #[error("manifest.json is not a manifest: {0}")]
    InvalidManifest(serde_json::Error),
    #[error("manifest.json: {member} does not match the files and signatures of the release")]
    ManifestMember { member: String },
    #[error(transparent)]
    Contents(#[from] ContentsProblem),
    #[error("{SIGNED_BY} is not a public key")]
    NotAPublicKey,
    #[error("{SIGNED_BY} is the key {stated}, but the release is signed by {signed}")]
    SignedByOther { stated: KeyId, signed: KeyId },
}

/// All problems of a release folder, one on each line.
#[derive(Debug, thiserror::Error)]
#[error("{}", lines(.0))]
pub struct FolderProblems(pub Vec<FolderProblem>);

fn lines(problems: &[FolderProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
