//! What the installation page looks like in each state. The screenshots are saved for a look at them.

use std::fs;

use serde_json::json;

use super::page::{InstallationPage, USB_JTAG};
use super::site::{FACTORY, Site};
use crate::browser::assertions::assert_fits_width;
use crate::browser::chromium::Chromium;
use crate::browser::{SCREENS, save_screenshot};

const COLOURS: [&str; 2] = ["light", "dark"];

/// Asserts that the page shows only the texts of these slots, and saves the whole page for each screen and
/// each colour scheme.
pub(super) async fn save(
    chromium: &Chromium,
    page: &InstallationPage<'_>,
    state: &str,
    slots: &[&str],
) {
    assert_eq!(page.visible_slots().await, json!(slots), "{state}");
    for (screen, width, _) in SCREENS {
        chromium.resize(width, 1);
        for colours in COLOURS {
            let feature = json!({"name": "prefers-color-scheme", "value": colours});
            chromium.command("Emulation.setEmulatedMedia", &json!({"features": [feature]}));
            assert_fits_width(page.0, state, width).await;
            chromium.resize(width, page.height().await);
            let name = format!("install-{state}-{screen}-{colours}");
            save_screenshot(&name, &page.0.screenshot().await.unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_fits_a_phone_and_a_laptop_in_every_state() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = InstallationPage(&client);

    chromium.hold_downloads("*factory.bin");
    client.goto(&site.page()).await.unwrap();
    page.wait_for_text("factory.bin").await;
    save(&chromium, &page, "checking", &[]).await;
    chromium.release_downloads();
    assert_eq!(page.state().await.0, "ready");
    save(&chromium, &page, "ready", &["activate"]).await;
    page.connect_device(super::device(USB_JTAG)).await;
    page.start().await;
    page.step("click", &["ew-list-item", "Install CloudSMETS"]).await;
    page.step("texts", &["ew-checkbox"]).await;
    save(&chromium, &page, "dialog", &["activate"]).await;

    client.goto(&site.insecure_page()).await.unwrap();
    assert_eq!(page.state().await.0, "not-allowed");
    save(&chromium, &page, "not-allowed", &["not-allowed"]).await;

    fs::write(site.root().join(FACTORY), "<!DOCTYPE html><title>Sign in</title>").unwrap();
    chromium.disable_cache();
    client.goto(&site.page()).await.unwrap();
    assert_eq!(page.state().await.0, "failed");
    save(&chromium, &page, "failed", &[]).await;

    chromium.run_on_every_page("delete Navigator.prototype.serial");
    client.goto(&site.page()).await.unwrap();
    assert_eq!(page.state().await.0, "unsupported");
    save(&chromium, &page, "unsupported", &["unsupported"]).await;
    client.close().await.unwrap();
}
