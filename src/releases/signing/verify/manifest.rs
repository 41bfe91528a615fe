//! Comparison of a manifest with the files that it describes.

use std::collections::BTreeMap;

use cloudsmets_protocol::release::Target;
use serde_json::Value;

use super::differences::differing_members;
use super::problem::FolderProblem;
use super::signatures::Signed;
use crate::releases::ReleaseVersion;
use crate::releases::manifest::Manifest;
use crate::releases::signing::contents::ReleaseContents;
use crate::releases::signing::layout::path;
use crate::releases::signing::manifest_of::manifest_of;

/// The manifest, which is compared with the one that signing the same files would write.
pub(super) fn verify_manifest(
    files: &BTreeMap<&'static str, Vec<u8>>,
    signed: &Signed,
    problems: &mut Vec<FolderProblem>,
) -> Option<Manifest> {
    let file = files.get(path(Target::Manifest))?;
    match compare(file, files, signed, problems) {
        Ok(manifest) => Some(manifest),
        Err(error) => {
            problems.push(FolderProblem::InvalidManifest(error));
            None
        }
    }
}

fn compare(
    file: &[u8],
    files: &BTreeMap<&'static str, Vec<u8>>,
    signed: &Signed,
    problems: &mut Vec<FolderProblem>,
) -> Result<Manifest, serde_json::Error> {
    let manifest: Manifest = serde_json::from_slice(file)?;
    let mut members = Vec::new();
    if manifest.version.to_device() != signed.comment.version {
        members.push("version".to_owned());
    }
    if manifest.min.as_ref().map(ReleaseVersion::to_device) != signed.comment.min {
        members.push("min".to_owned());
    }
    // Without an image there is nothing to compare, and it has been reported as missing.
    if let Some(contents) = contents(&manifest, files) {
        problems.extend(contents.problems().into_iter().map(FolderProblem::Contents));
        let expected = serde_json::to_value(manifest_of(&contents))?;
        members.extend(differing_members(&serde_json::from_slice::<Value>(file)?, &expected));
    }
    problems.extend(members.into_iter().map(|member| FolderProblem::ManifestMember { member }));
    Ok(manifest)
}

fn contents(
    manifest: &Manifest,
    files: &BTreeMap<&'static str, Vec<u8>>,
) -> Option<ReleaseContents> {
    let image = |target| files.get(path(target)).cloned();
    Some(ReleaseContents {
        version: manifest.version.clone(),
        min: manifest.min.clone(),
        date: manifest.date,
        notes: manifest.notes.clone(),
        esp32c3: image(Target::Esp32c3)?,
        factory: image(Target::Esp32c3Factory)?,
        tlsr8258: image(Target::Tlsr8258)?,
    })
}
