//! The web site of the releases: the list of versions, how to verify a download, and the installation
//! page. Each page has a folder that contains its view struct, template and tests.
//!
//! All links are relative, so the site works at any address. The pages depend only on the state of the
//! releases: rendering the same state again gives the same bytes.

mod assets;
mod download;
mod index;
mod install;
mod layout;
mod notes;
mod packages;
pub mod policy;
mod public_key;
#[cfg(test)]
mod sample;
mod state;
#[cfg(test)]
mod tests;
mod update;
mod verify;

use askama::Template;
use bytes::Bytes;

use self::index::IndexPage;
use self::install::InstallPage;
use self::layout::Page;
use self::verify::VerifyPage;
pub use packages::{Packages, PackagesError};
pub use state::{BrokenManifest, PublishedManifest, SiteState, SiteVersion};
pub use update::{SiteError, Updated, update};

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFile {
    /// Relative to the root of the site.
    pub name: String,
    pub bytes: Bytes,
}

/// The pages of the site.
///
/// # Errors
/// If a template fails, which does not happen for values that are held in memory.
pub fn pages(state: &SiteState) -> Result<Vec<SiteFile>, askama::Error> {
    let file = |page: Page, html: String| SiteFile {
        name: page.file_name().to_owned(),
        bytes: html.into(),
    };
    Ok(vec![
        file(Page::Verify, VerifyPage::new(state).render()?),
        file(Page::Install, InstallPage::new(state).render()?),
        file(Page::Index, IndexPage::new(state).render()?),
    ])
}
