//! What the pages show: the published versions and their roll-out.

use crate::releases::manifest::Manifest;
use crate::releases::rollout::{Percent, Rollout};
use crate::releases::{Availability, ReleaseVersion};

use super::public_key::PublicKey;
use crate::releases::digest::{is_sha256_hex, sha256_hex};

/// The state of the releases from which the pages are rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteState {
    pub rollout: Rollout,
    /// The newest first.
    pub versions: Vec<SiteVersion>,
    /// Whether the browser packages that the installation page needs are published.
    pub has_packages: bool,
}

/// A version whose manifest exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteVersion {
    pub version: ReleaseVersion,
    pub manifest: Result<PublishedManifest, BrokenManifest>,
}

/// A manifest with the properties of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedManifest {
    pub manifest: Manifest,
    /// In bytes.
    pub size: usize,
    /// In lower-case hexadecimal.
    pub sha256: String,
}

/// The reason why a manifest is not shown. The storage may contain anything, because the program that
/// renders the pages does not verify signatures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenManifest {
    #[error("the manifest cannot be read: {0}")]
    Unreadable(String),
    #[error("the manifest belongs to version {0}")]
    OtherVersion(ReleaseVersion),
    #[error("the digest of {0} in the manifest is not in lower-case hexadecimal")]
    InvalidDigest(String),
}

impl SiteVersion {
    /// Reads a manifest as it is stored.
    #[must_use]
    pub fn new(version: ReleaseVersion, bytes: &[u8]) -> Self {
        let manifest = parse(&version, bytes);
        Self { version, manifest }
    }
}

fn parse(version: &ReleaseVersion, bytes: &[u8]) -> Result<PublishedManifest, BrokenManifest> {
    let parsed = serde_json::from_slice::<Manifest>(bytes);
    let manifest = parsed.map_err(|error| BrokenManifest::Unreadable(error.to_string()))?;
    if manifest.version != *version {
        return Err(BrokenManifest::OtherVersion(manifest.version));
    }
    let parts = manifest.builds.iter().flat_map(|build| &build.parts);
    let digests = parts.map(|part| (&part.path, &part.sha256));
    let images = manifest.builds.iter().map(|build| (&build.ota.path, &build.ota.sha256));
    if let Some((path, _)) = digests.chain(images).find(|(_, digest)| !is_sha256_hex(digest)) {
        return Err(BrokenManifest::InvalidDigest(path.clone()));
    }
    Ok(PublishedManifest { manifest, size: bytes.len(), sha256: sha256_hex(bytes) })
}

impl SiteState {
    pub(super) fn availability(&self, version: &ReleaseVersion) -> Availability {
        if self.rollout.withdrawn.contains(version) {
            Availability::Withdrawn
        } else {
            Availability::Percent(self.rollout.percent(version))
        }
    }

    /// The newest version that all devices may install and whose manifest can be read. Development
    /// versions are left out.
    pub(super) fn latest(&self) -> Option<&PublishedManifest> {
        let is_offered = |it: &&SiteVersion| {
            !it.version.is_dev()
                && self.availability(&it.version) == Availability::Percent(Percent::ALL)
        };
        self.versions.iter().filter(is_offered).find_map(|it| it.manifest.as_ref().ok())
    }

    /// The version that the installation page offers: the latest one, if the packages
    /// are published and the version has files for a first installation.
    pub(super) fn installable(&self) -> Option<&PublishedManifest> {
        let has_parts = |it: &&PublishedManifest| {
            it.manifest.builds.iter().any(|build| !build.parts.is_empty())
        };
        self.latest().filter(|_| self.has_packages).filter(has_parts)
    }

    /// The public keys, the current one first. A text that is not a key is left out.
    pub(super) fn keys(&self) -> Vec<PublicKey> {
        let keys = [&self.rollout.keys.current, &self.rollout.keys.next];
        keys.into_iter().flatten().filter_map(|key| PublicKey::parse(key)).collect()
    }
}
