//! The frame of every page: its head, its tabs and its footer.

use super::assets;
use super::policy::{INSTALL_POLICY, PAGE_POLICY};
use super::state::SiteState;

/// The pages of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    Index,
    Install,
    Verify,
}

impl Page {
    pub(super) const fn file_name(self) -> &'static str {
        match self {
            Self::Index => "index.html",
            Self::Install => "install.html",
            Self::Verify => "verify.html",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Index => "Versions",
            Self::Install => "Install",
            Self::Verify => "Verify",
        }
    }

    const fn policy(self) -> &'static str {
        match self {
            Self::Install => INSTALL_POLICY,
            Self::Index | Self::Verify => PAGE_POLICY,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Tab {
    pub(super) label: &'static str,
    pub(super) href: &'static str,
    pub(super) is_current: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) policy: &'static str,
    /// The folder of the assets.
    pub(super) assets: &'static str,
    pub(super) tabs: Vec<Tab>,
}

impl Frame {
    /// The installation page is linked only if it can install something.
    pub(super) fn new(page: Page, state: &SiteState) -> Self {
        let is_linked = |linked: &Page| {
            *linked != Page::Install || *linked == page || state.installable().is_some()
        };
        let tab = |linked: Page| Tab {
            label: linked.label(),
            href: linked.file_name(),
            is_current: linked == page,
        };
        let pages = [Page::Index, Page::Install, Page::Verify];
        Self {
            policy: page.policy(),
            assets: assets::FOLDER.as_str(),
            tabs: pages.into_iter().filter(is_linked).map(tab).collect(),
        }
    }
}
