//! The installation page.

#[cfg(test)]
mod tests;

use askama::Template;

use super::layout::{Frame, Page};
use super::packages;
use super::state::SiteState;
use crate::releases::files::MANIFEST;

#[derive(Template)]
#[template(path = "site/install/page.html")]
pub(super) struct InstallPage {
    frame: Frame,
    offer: Option<Offer>,
    is_published: bool,
    index_href: &'static str,
    verify_href: &'static str,
    licences_href: String,
}

/// The version that the page installs.
struct Offer {
    version: String,
    manifest_href: String,
    /// The public keys, separated by spaces.
    keys: String,
}

impl InstallPage {
    pub(super) fn new(state: &SiteState) -> Self {
        let keys: Vec<_> = state.keys().into_iter().map(|key| key.base64).collect();
        let offer = state.installable().map(|published| {
            let version = published.manifest.version.to_string();
            Offer { manifest_href: format!("{version}/{MANIFEST}"), version, keys: keys.join(" ") }
        });
        Self {
            frame: Frame::new(Page::Install, state),
            offer,
            is_published: state.latest().is_some(),
            index_href: Page::Index.file_name(),
            verify_href: Page::Verify.file_name(),
            licences_href: packages::notices(),
        }
    }
}
