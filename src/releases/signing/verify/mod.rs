//! Verification of a whole release folder, with the verifier of the devices.

mod differences;
mod manifest;
mod problem;
mod read;
mod signatures;

use std::collections::BTreeMap;
use std::path::Path;

use cloudsmets_protocol::release::Target;
use cloudsmets_update::{KeyId, KeyRing};

use super::layout::SIGNED_BY;
use super::public_key_file::PublicKeyFile;
use crate::releases::ReleaseVersion;
use crate::releases::manifest::Manifest;
pub use problem::{FolderProblem, FolderProblems};

/// A release whose files are all present, signed and consistent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRelease {
    pub version: ReleaseVersion,
    pub manifest: Manifest,
    /// The key that signed all of the files.
    pub key_id: KeyId,
    /// The images, the manifest and their signatures, by their paths. These are the bytes
    /// that were verified, even if the folder has changed since.
    pub files: BTreeMap<&'static str, Vec<u8>>,
}

/// Reads and verifies a release folder.
///
/// # Errors
/// All problems of the folder.
pub fn verify_folder(folder: &Path, keys: &KeyRing) -> Result<VerifiedRelease, FolderProblems> {
    let mut problems = Vec::new();
    let mut files = read::read_folder(folder, &mut problems);
    let signatures = signatures::verify_signatures(&files, keys, &mut problems);
    let Some(of_manifest) = signatures.get(&Target::Manifest) else {
        return Err(FolderProblems(problems));
    };
    signatures::check_consistency(&signatures, of_manifest, &mut problems);
    let manifest = manifest::verify_manifest(&files, of_manifest, &mut problems);
    if let Some(file) = files.remove(SIGNED_BY) {
        problems.extend(signed_by_problem(&file, of_manifest.key_id));
    }
    match manifest {
        Some(manifest) if problems.is_empty() => Ok(VerifiedRelease {
            version: manifest.version.clone(),
            key_id: of_manifest.key_id,
            manifest,
            files,
        }),
        _ => Err(FolderProblems(problems)),
    }
}

/// Someone may verify the release with the key in the folder, so the key has to be the right one.
fn signed_by_problem(file: &[u8], signed: KeyId) -> Option<FolderProblem> {
    let file = str::from_utf8(file).ok().and_then(|text| PublicKeyFile::parse(text).ok());
    match file {
        None => Some(FolderProblem::NotAPublicKey),
        Some(file) if file.key.id() == signed => None,
        Some(file) => Some(FolderProblem::SignedByOther { stated: file.key.id(), signed }),
    }
}
