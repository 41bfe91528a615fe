//! Setting up Wi-Fi over USB, with the protocol Improv.

use serde_json::{Value, json};

use super::appearance::save;
use super::page::USB_JTAG;
use super::site::{Site, VERSION};
use super::{Erase, OLD, connect, expected_flash, install};
use crate::browser::chromium::Chromium;

const PASSWORD: &str = "correct horse";
const ADDRESS: &str = "http://192.0.2.7/";

/// A device with two Wi-Fi networks around it, and with this version of the firmware.
fn device(installed: Option<&str>) -> Value {
    let installed = installed.map(|version| json!({"name": "CloudSMETS", "version": version}));
    json!({
        "usb": USB_JTAG, "flash": OLD, "installed": installed, "url": ADDRESS,
        "published": {"name": "CloudSMETS", "version": VERSION},
        "networks": [["Far", -85, "other"], ["Home", -48, PASSWORD]],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_device_is_connected_with_the_network() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = connect(&client, &site, device(None)).await;
    install(&page, Erase::Yes).await;
    page.step("click", &["ew-text-button", "Next"]).await;
    let networks = page.step("texts", &["ew-select-option"]).await;
    assert_eq!(networks, json!(["Far -85dB", "Home -48dB", "Join other…"]));
    save(&chromium, &page, "wi-fi", &["activate"]).await;
    // The network with the strongest signal is selected.
    page.step("fill", &["ew-filled-text-field[name=password]", PASSWORD]).await;
    page.step("click", &["ew-text-button", "Connect"]).await;
    let link = page.step("attribute", &["ew-list-item", "Visit Device", "href"]).await;
    assert_eq!(link, ADDRESS);
    save(&chromium, &page, "connected", &["activate"]).await;
    assert_eq!(page.device("device.problems").await, json!([]));
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_with_an_older_version_is_updated_without_erasing() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = connect(&client, &site, device(Some("1.4.0"))).await;
    page.step("click", &["ew-list-item", "Update CloudSMETS"]).await;
    page.step("click", &["ew-text-button", "Install"]).await;
    assert_eq!(page.step("outcome", &[]).await, json!(["finished", "All done!"]));
    assert!(page.flash().await == expected_flash(&site.factory, OLD));
    assert_eq!(page.device("device.problems").await, json!([]));
    client.close().await.unwrap();
}
