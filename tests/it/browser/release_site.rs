//! The web site of the releases, published and served by the program.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fantoccini::Client;
use serde_json::{Value, json};

use super::assertions::{assert_fits_width, assert_no_console_errors};
use super::chromium::Chromium;
use super::{SCREENS, save_screenshot};
use crate::release::PublishedSite;

const COLOURS: [&str; 2] = ["light", "dark"];

fn use_colours(chromium: &Chromium, colours: &str) {
    let features = json!({"features": [{"name": "prefers-color-scheme", "value": colours}]});
    chromium.command("Emulation.setEmulatedMedia", &features);
}

/// Saves the whole page, not only the visible part.
fn save_page(chromium: &Chromium, name: &str, width: u32) {
    let metrics = chromium.command("Page.getLayoutMetrics", &json!({}));
    let height = &metrics["value"]["cssContentSize"]["height"];
    let clip = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": 1});
    let options = json!({"captureBeyondViewport": true, "clip": clip});
    let reply = chromium.command("Page.captureScreenshot", &options);
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
    let Some((chromium, site)) = Chromium::start().zip(PublishedSite::start()) else { return };
    let client = chromium.connect().await;
    for (screen, width, height) in SCREENS {
        chromium.resize(width, height);
        for colours in COLOURS {
            use_colours(&chromium, colours);
            for name in ["index", "verify", "install"] {
                let address = site.address(&format!("{name}.html"));
                client.goto(&address).await.unwrap();
                if name == "install" {
                    assert_eq!(wait_for_installer(&client).await, json!("ready"));
                }
                assert_fits_width(&client, &address, width).await;
                assert_no_console_errors(&chromium, &address);
                assert_eq!(foreign_requests(&client).await, json!([]), "{address}");
                save_page(&chromium, &format!("release-{name}-{screen}-{colours}"), width);
            }
        }
    }
    client.close().await.unwrap();
}
