//! The files of a signed release.

use std::collections::BTreeMap;

use cloudsmets_protocol::release::Target;

use super::contents::ReleaseContents;
use super::layout::{SIGNED_BY, path, signature_path};
use super::manifest_of::{manifest_of, size_of};
use super::signing_key::SigningKey;
use crate::releases::manifest::PRODUCT_NAME;

/// The files of a signed release by their paths. The same contents and key give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRelease {
    pub files: BTreeMap<&'static str, Vec<u8>>,
}

impl SignedRelease {
    /// Signs contents whose [problems](ReleaseContents::problems) have been ruled out.
    ///
    /// # Errors
    /// If the manifest cannot be written as JSON.
    pub fn new(contents: &ReleaseContents, key: &SigningKey) -> Result<Self, serde_json::Error> {
        let mut manifest = serde_json::to_vec_pretty(&manifest_of(contents))?;
        manifest.push(b'\n');
        let mut files = BTreeMap::new();
        for (target, image) in contents.images() {
            files.insert(path(target), image.to_vec());
        }
        files.insert(path(Target::Manifest), manifest);
        for target in Target::ALL {
            let file = &files[path(target)];
            let trusted = contents.trusted_comment(target, size_of(file));
            let untrusted =
                format!("signature of {PRODUCT_NAME} {} {}", contents.version, path(target));
            let signature = key.sign(file, &trusted, &untrusted);
            files.insert(signature_path(target), signature.into_bytes());
        }
        files.insert(SIGNED_BY, key.public_key().text().into_bytes());
        Ok(Self { files })
    }
}
