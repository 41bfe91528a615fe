//! How to verify a download by hand.

#[cfg(test)]
mod tests;

use askama::Template;
use cloudsmets_protocol::release::{Target, TrustedComment};

use super::download::Download;
use super::layout::{Frame, Page};
use super::public_key::PublicKey;
use super::state::{PublishedManifest, SiteState};

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
        let file = |download: Download| VerifiedFile {
            trusted_comment: trusted_comment(&download, published),
            download,
        };
        Self {
            version: published.manifest.version.to_string(),
            key: key.clone(),
            files: Download::all(published).into_iter().map(file).collect(),
        }
    }
}
