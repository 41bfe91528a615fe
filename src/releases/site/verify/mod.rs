//! How to verify a download by hand.

#[cfg(test)]
mod tests;

use askama::Template;
use cloudsmets_protocol::release::{Target, TrustedComment};

use super::download::Download;
use super::layout::{Frame, Page};
use super::public_key::PublicKey;
use super::state::{PublishedManifest, SiteState};
use crate::releases::ReleaseVersion;
use crate::releases::manifest::Manifest;

#[derive(Template)]
#[template(path = "site/verify/page.html")]
pub(super) struct VerifyPage {
    frame: Frame,
    keys: Vec<NamedKey>,
    example: Option<Example>,
    targets: [Target; 4],
    index_href: &'static str,
}

struct NamedKey {
    name: &'static str,
    key: PublicKey,
}

/// The commands for the files of one version.
struct Example {
    version: String,
    key: PublicKey,
    files: Vec<VerifiedFile>,
}

struct VerifiedFile {
    download: Download,
    trusted_comment: String,
}

impl VerifyPage {
    pub(super) fn new(state: &SiteState) -> Self {
        let keys = state.keys();
        let example = keys.first().zip(state.latest());
        Self {
            frame: Frame::new(Page::Verify, state),
            example: example.map(|(key, published)| Example::new(key, published)),
            keys: ["Current key", "Next key"]
                .into_iter()
                .zip(keys)
                .map(|(name, key)| NamedKey { name, key })
                .collect(),
            targets: Target::ALL,
            index_href: Page::Index.file_name(),
        }
    }
}

impl Example {
    fn new(key: &PublicKey, published: &PublishedManifest) -> Self {
        let manifest = &published.manifest;
        let file = |download: Download| {
            Some(VerifiedFile { trusted_comment: trusted_comment(&download, manifest)?, download })
        };
        Self {
            version: manifest.version.to_string(),
            key: key.clone(),
            files: Download::all(published).into_iter().filter_map(file).collect(),
        }
    }
}

/// The comment that `minisign` prints for an authentic file. Every file of a release states the same
/// oldest version.
fn trusted_comment(download: &Download, manifest: &Manifest) -> Option<String> {
    let device_version = |version: &ReleaseVersion| version.to_string().parse().ok();
    let comment = TrustedComment {
        version: device_version(&manifest.version)?,
        target: download.target,
        size: download.size.try_into().ok()?,
        min: manifest.min.as_ref().and_then(device_version),
    };
    Some(comment.to_string())
}
