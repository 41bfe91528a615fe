//! The list of versions.

#[cfg(test)]
mod tests;

use askama::Template;

use super::download::Download;
use super::layout::{Frame, Page};
use super::notes::{self, Block};
use super::packages;
use super::state::{BrokenManifest, PublishedManifest, SiteState, SiteVersion};
use crate::releases::Availability;
use crate::releases::rollout::Percent;

#[derive(Template)]
#[template(path = "site/index/page.html")]
pub(super) struct IndexPage {
    frame: Frame,
    releases: Vec<VersionCard>,
    dev_releases: Vec<VersionCard>,
    install_href: Option<&'static str>,
    verify_href: &'static str,
    licences_href: Option<String>,
}

struct VersionCard {
    version: String,
    is_latest: bool,
    availability: AvailabilityLabel,
    manifest: Result<Details, BrokenManifest>,
}

struct AvailabilityLabel {
    text: String,
    class: &'static str,
    /// The percentage of the devices, if it is neither 0 nor 100.
    percent: Option<u8>,
}

struct Details {
    date: String,
    min: Option<String>,
    notes: Vec<Block>,
    downloads: Vec<Download>,
}

impl IndexPage {
    pub(super) fn new(state: &SiteState) -> Self {
        let latest = state.latest().map(|latest| &latest.manifest.version);
        let card = |published: &SiteVersion| VersionCard {
            version: published.version.to_string(),
            is_latest: latest == Some(&published.version),
            availability: AvailabilityLabel::new(state.availability(&published.version)),
            manifest: published.manifest.as_ref().map(details).map_err(Clone::clone),
        };
        let cards = |is_dev: bool| {
            let versions = state.versions.iter().filter(|it| it.version.is_dev() == is_dev);
            versions.map(card).collect()
        };
        Self {
            frame: Frame::new(Page::Index, state),
            releases: cards(false),
            dev_releases: cards(true),
            install_href: state.installable().map(|_| Page::Install.file_name()),
            verify_href: Page::Verify.file_name(),
            licences_href: state.has_packages.then(packages::notices),
        }
    }
}

fn details(published: &PublishedManifest) -> Details {
    let manifest = &published.manifest;
    Details {
        date: manifest.date.strftime("%-d %B %Y").to_string(),
        min: manifest.min.as_ref().map(ToString::to_string),
        notes: notes::blocks(&manifest.notes),
        downloads: Download::all(published),
    }
}

impl AvailabilityLabel {
    fn new(availability: Availability) -> Self {
        let (text, class, percent) = match availability {
            Availability::Withdrawn => ("Withdrawn".to_owned(), "withdrawn", None),
            Availability::Percent(Percent::ALL) => ("All devices".to_owned(), "rolled-out", None),
            Availability::Percent(Percent::NONE) => {
                ("Not rolled out".to_owned(), "not-rolled-out", None)
            }
            Availability::Percent(percent) => {
                let percent = u8::from(percent);
                (format!("{percent} % of devices"), "partly-rolled-out", Some(percent))
            }
        };
        Self { text, class, percent }
    }
}
