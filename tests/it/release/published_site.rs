//! A published web site with versions in every state, served by the program.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::folder::{Contents, TestKey, release_command};
use crate::host::{Reply, StandAlone};
use crate::prerequisites::skip_without;

const NOTES: &str = "Readings arrive sooner after a power cut.\n\n\
    - The device joins its network again without a restart.\n\
    - A message that IoT Hub refuses is sent again instead of being lost.\n";

/// Releases that are published in a directory, and a server of this directory.
pub(crate) struct PublishedSite {
    server: StandAlone,
    releases: TempDir,
    _data: TempDir,
}

impl PublishedSite {
    /// Publishes the versions. Prints a line and returns `None` if the packages of the installation
    /// page were not made.
    pub(crate) fn start() -> Option<Self> {
        let packages = packages()?;
        let (releases, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let url = format!("file://{}", releases.path().display());
        let server = StandAlone::start(data.path(), &[("RELEASES_URL", &url)]);
        let site = Self { server, releases, _data: data };
        site.publish("1.4.0", &["--site", packages.to_str().unwrap()]);
        site.publish("1.4.1", &[]);
        site.release("withdraw", &["1.4.1"]);
        site.publish("1.5.0", &[]);
        site.publish("1.6.0", &["--percent", "25"]);
        site.publish("1.7.0-dev2", &[]);
        Some(site)
    }

    fn release(&self, command: &str, arguments: &[&str]) {
        let url = format!("file://{}", self.releases.path().display());
        let output = release_command(command, arguments, &[("RELEASES_URL", &url)]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Publishes a version with images of a realistic size.
    fn publish(&self, version: &str, options: &[&str]) {
        let mut contents = Contents::new(version);
        NOTES.clone_into(&mut contents.notes);
        contents.min_version = (version == "1.5.0").then(|| "1.3.0".to_owned());
        contents.factory.resize(1_310_720, 0xFF);
        contents.esp32c3.resize(1_234_567, 0xFF);
        contents.tlsr8258.resize(181_248, 0xFF);
        let folder = contents.sign();
        let keys = [TestKey::Current, TestKey::Next].map(TestKey::public_file);
        let keys = keys.each_ref().map(|key| key.to_str().unwrap());
        let folder = folder.path().to_str().unwrap();
        let arguments = [&[folder, "--key", keys[0], "--key", keys[1]], options].concat();
        self.release("publish", &arguments);
    }

    pub(crate) fn address(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/firmware/{name}", self.server.port)
    }

    pub(super) fn get(&self, name: &str) -> Reply {
        self.server.get(&format!("/firmware/{name}"), &[])
    }
}

/// The folder that `cargo xtask site` makes. Prints a line and returns `None` if it does not exist.
pub(crate) fn packages() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist/site");
    if !folder.is_dir() {
        skip_without("The output of cargo xtask site");
        return None;
    }
    Some(folder)
}
