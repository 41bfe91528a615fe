//! The web site of the releases, published and served by the program.

use std::path::Path;
use std::process::Output;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fantoccini::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::assertions::{assert_fits_width, assert_no_console_errors};
use super::chromium::Chromium;
use super::{SCREENS, save_screenshot};
use crate::host::StandAlone;
use crate::prerequisites::skip_without;
use crate::release::{Contents, TestKey, release_command};

const COLOURS: [&str; 2] = ["light", "dark"];

const NOTES: &str = "Readings arrive sooner after a power cut.\n\n\
    - The device joins its network again without a restart.\n\
    - A message that IoT Hub refuses is sent again instead of being lost.\n";

/// Releases that are published in a directory, and a server of this directory.
struct ReleaseSite {
    server: StandAlone,
    releases: TempDir,
    _data: TempDir,
}

impl ReleaseSite {
    fn start() -> Self {
        let (releases, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let url = format!("file://{}", releases.path().display());
        let server = StandAlone::start(data.path(), &[("RELEASES_URL", &url)]);
        Self { server, releases, _data: data }
    }

    fn release(&self, command: &str, arguments: &[&str]) {
        let url = format!("file://{}", self.releases.path().display());
        let output: Output = release_command(command, arguments, &[("RELEASES_URL", &url)]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Publishes a version with images of a realistic size.
    fn publish(&self, version: &str, options: &[&str]) {
        let mut contents = Contents { notes: NOTES.to_owned(), ..Contents::new(version) };
        contents.factory.resize(1_310_720, 0xFF);
        contents.esp32c3.resize(1_234_567, 0xFF);
        contents.tlsr8258.resize(181_248, 0xFF);
        let folder = contents.sign();
        let (folder, key) = (folder.path().to_str().unwrap(), TestKey::Current.public_file());
        let next = TestKey::Next.public_file();
        let keys = [key.to_str().unwrap(), next.to_str().unwrap()];
        let arguments = [&[folder, "--key", keys[0], "--key", keys[1]], options].concat();
        self.release("publish", &arguments);
    }

    /// Publishes versions in every state.
    fn publish_all(&self, packages: &Path) {
        self.publish("1.4.0", &["--site", packages.to_str().unwrap()]);
        self.publish("1.4.1", &[]);
        self.release("withdraw", &["1.4.1"]);
        self.publish("1.5.0", &[]);
        self.publish("1.6.0", &["--percent", "25"]);
        self.publish("1.7.0-dev2", &[]);
    }

    fn page(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/firmware/{name}", self.server.port)
    }
}

/// The folder with the packages of the installation page. Prints a line and returns `None` if it was
/// not made.
fn packages() -> Option<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist/site");
    if !folder.is_dir() {
        skip_without("The output of cargo xtask site");
        return None;
    }
    Some(folder)
}

fn use_colours(chromium: &Chromium, colours: &str) {
    let features = json!({"features": [{"name": "prefers-color-scheme", "value": colours}]});
    chromium.command("Emulation.setEmulatedMedia", &features);
}

/// Saves the whole page, not only the visible part.
fn save_page(chromium: &Chromium, name: &str) {
    let reply = chromium.command("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
    let picture = reply["value"]["data"].as_str().unwrap();
    save_screenshot(name, &BASE64_STANDARD.decode(picture).unwrap());
}

/// The addresses that the page has requested from other origins.
async fn foreign_requests(client: &Client) -> Value {
    let script = "return performance.getEntriesByType('resource').map(entry => entry.name)
        .filter(name => new URL(name).origin !== location.origin && !name.startsWith('blob:'))";
    client.execute(script, Vec::new()).await.unwrap()
}

/// Waits until the installation page has verified the release or refused it.
async fn wait_for_installer(client: &Client) -> Value {
    let script = "const done = arguments[arguments.length - 1];
        const installer = document.querySelector('cloudsmets-installer');
        const read = () => {
            const state = installer.getAttribute('state');
            if (state && state !== 'checking') done(state);
        };
        new MutationObserver(read).observe(installer, { attributes: true });
        read();";
    client.execute_async(script, Vec::new()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_release_site_fits_a_phone_and_a_laptop_in_both_colour_schemes() {
    let Some((chromium, packages)) = Chromium::start().zip(packages()) else { return };
    let site = ReleaseSite::start();
    site.publish_all(&packages);
    let client = chromium.connect().await;
    for (screen, width, height) in SCREENS {
        chromium.resize(width, height);
        for colours in COLOURS {
            use_colours(&chromium, colours);
            for name in ["index", "verify", "install"] {
                let address = site.page(&format!("{name}.html"));
                client.goto(&address).await.unwrap();
                if name == "install" {
                    assert_eq!(wait_for_installer(&client).await, json!("ready"));
                }
                assert_fits_width(&client, &address, width).await;
                assert_no_console_errors(&chromium, &address);
                assert_eq!(foreign_requests(&client).await, json!([]), "{address}");
                save_page(&chromium, &format!("release-{name}-{screen}-{colours}"));
            }
        }
    }
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_versions_links_to_files_that_exist() {
    let Some((chromium, packages)) = Chromium::start().zip(packages()) else { return };
    let site = ReleaseSite::start();
    site.publish_all(&packages);
    let client = chromium.connect().await;
    for page in ["index.html", "verify.html", "install.html"] {
        client.goto(&site.page(page)).await.unwrap();
        let script =
            "return Array.from(document.querySelectorAll('a[href], link[href]'), a => a.href)
            .filter(href => new URL(href).origin === location.origin)";
        let links = client.execute(script, Vec::new()).await.unwrap();
        let links: Vec<String> = serde_json::from_value(links).unwrap();
        assert!(links.len() > 4, "{page}: {links:?}");
        for link in links {
            let target = link.splitn(4, '/').nth(3).unwrap().split('#').next().unwrap();
            let reply = site.server.get(&format!("/{target}"), &[]);
            assert_eq!(reply.status, 200, "{page}: {link}");
        }
    }
    client.close().await.unwrap();
}
