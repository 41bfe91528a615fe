//! The published site with its installation page, served by the stand-alone program.

use std::path::Path;

use cloudsmets::releases::site::{self, Packages};
use cloudsmets::releases::storage::Storage;
use tempfile::TempDir;

use super::release::Release;
use crate::host::StandAlone;
use crate::prerequisites::skip_without;

/// A name that Chromium resolves to the loopback address ([`super::super::chromium`]), and that is not
/// secure over HTTP.
const INSECURE_NAME: &str = "plain.example";

pub(super) struct Site {
    server: StandAlone,
    pub(super) release: Release,
    root: TempDir,
    _data: TempDir,
}

impl Site {
    /// Publishes a release and the site. Prints a line and returns `None` if the packages of the
    /// installation page are not there.
    pub(super) async fn start() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist/site");
        if !folder.is_dir() {
            skip_without("The output of cargo xtask site");
            return None;
        }
        let packages = Packages::read(&folder).unwrap();
        let (root, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let release = Release::publish(root.path());
        let storage = Storage::directory(root.path().to_owned());
        assert!(site::update(&storage, Some(&packages)).await.unwrap().can_install);
        let url = format!("file://{}", root.path().display());
        let server = StandAlone::start(data.path(), &[("RELEASES_URL", &url)]);
        Some(Self { server, release, root, _data: data })
    }

    /// The folder of the release.
    pub(super) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(super) fn page(&self) -> String {
        format!("http://127.0.0.1:{}/firmware/install.html", self.server.port)
    }

    /// The same page at a name for which browsers require TLS.
    pub(super) fn insecure_page(&self) -> String {
        self.page().replace("127.0.0.1", INSECURE_NAME)
    }
}
