//! Verification of the signatures of a release folder.

use std::collections::{BTreeMap, HashMap};

use cloudsmets_protocol::release::{Target, TrustedComment};
use cloudsmets_update::{KeyId, KeyRing, Refusal, Verifier};

use super::problem::FolderProblem;
use crate::releases::signing::layout::{path, signature_path};

/// What a valid signature states.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signed {
    pub(super) comment: TrustedComment,
    pub(super) key_id: KeyId,
}

/// The valid signatures. Missing files have been reported already.
pub(super) fn verify_signatures(
    files: &BTreeMap<&'static str, Vec<u8>>,
    keys: &KeyRing,
    problems: &mut Vec<FolderProblem>,
) -> HashMap<Target, Signed> {
    let mut valid = HashMap::new();
    for target in Target::ALL {
        let path = path(target);
        let (Some(file), Some(signature)) = (files.get(path), files.get(signature_path(target)))
        else {
            continue;
        };
        match verify_file(target, file, signature, keys) {
            Ok(signed) => {
                valid.insert(target, signed);
            }
            Err(refusal) => problems.push(FolderProblem::Refused { path, refusal }),
        }
    }
    valid
}

fn verify_file(
    target: Target,
    file: &[u8],
    signature: &[u8],
    keys: &KeyRing,
) -> Result<Signed, Refusal> {
    let mut verifier = Verifier::authenticate(keys, signature)?;
    let signed = Signed { comment: *verifier.trusted_comment(), key_id: verifier.key().id() };
    if signed.comment.target != target {
        return Err(Refusal::WrongTarget { expected: target, signed: signed.comment.target });
    }
    verifier.update(file)?;
    verifier.finish()?;
    Ok(signed)
}

/// Compares all signatures with that of the manifest.
pub(super) fn check_consistency(
    signatures: &HashMap<Target, Signed>,
    of_manifest: &Signed,
    problems: &mut Vec<FolderProblem>,
) {
    for target in Target::ALL {
        let Some(Signed { comment, key_id }) = signatures.get(&target) else { continue };
        let (path, manifest) = (path(target), &of_manifest.comment);
        if comment.version != manifest.version {
            let (signed, manifest) = (comment.version, manifest.version);
            problems.push(FolderProblem::OtherVersion { path, signed, manifest });
        }
        if comment.min != manifest.min {
            problems.push(FolderProblem::OtherMin { path });
        }
        if *key_id != of_manifest.key_id {
            let (signed, manifest) = (*key_id, of_manifest.key_id);
            problems.push(FolderProblem::OtherKey { path, signed, manifest });
        }
    }
}
