//! The installation page with a simulated ESP32-C3 that is connected by USB.

mod appearance;
mod corruption;
mod improv;
mod page;
mod requirements;
mod signature;
mod site;

use std::fs;

use fantoccini::Client;
use serde_json::{Value, json};

use super::chromium::Chromium;
use page::{InstallationPage, UART_BRIDGE, USB_JTAG};
use site::{FACTORY, MANIFEST, Site, VERSION};

const FLASH_SIZE: usize = 4 * 1024 * 1024;
const SECTOR_SIZE: usize = 4096;
const ERASED: u8 = 0xFF;
/// What the flash memory contains before an installation.
const OLD: u8 = 0x55;

/// Whether to erase the device before the installation.
#[derive(Clone, Copy, PartialEq)]
enum Erase {
    Yes,
    No,
}

/// Opens the page, which has to offer the installation, and connects a device.
async fn connect<'a>(client: &'a Client, site: &Site, device: Value) -> InstallationPage<'a> {
    client.goto(&site.page()).await.unwrap();
    let page = InstallationPage(client);
    assert_eq!(page.state().await, ("ready".to_owned(), String::new()));
    page.connect_device(device).await;
    page.start().await;
    page
}

async fn install(page: &InstallationPage<'_>, erase: Erase) {
    page.step("click", &["ew-list-item", "Install CloudSMETS"]).await;
    if erase == Erase::Yes {
        page.step("click", &["ew-checkbox", ""]).await;
    }
    page.step("click", &["ew-text-button", "Next"]).await;
    page.step("click", &["ew-text-button", "Install"]).await;
    let outcome = page.step("outcome", &[]).await;
    let problems = page.device("device.problems").await;
    assert_eq!(outcome, json!(["finished", "All done!"]), "{problems}");
    assert_eq!(problems, json!([]));
}

/// The flash memory with an image at its start. ESP Web Tools pads the image with erased bytes.
fn expected_flash(image: &[u8], around: u8) -> Vec<u8> {
    let mut flash = vec![around; FLASH_SIZE];
    flash[..image.len().next_multiple_of(SECTOR_SIZE)].fill(ERASED);
    flash[..image.len()].copy_from_slice(image);
    flash
}

fn device(usb: [u16; 2]) -> Value {
    json!({"usb": usb, "flash": OLD, "published": {"name": "CloudSMETS", "version": VERSION}})
}

/// Compares what the device received before it ran the stub with the published stub.
const UPLOADS_EQUAL_STUB: &str = "
    const done = arguments[arguments.length - 1];
    const device = window.simulatedDevice;
    const requests = performance.getEntriesByType('resource').map((entry) => entry.name);
    import(requests.find((url) => url.includes('stub_flasher_32c3'))).then((stub) => {
        const decode = (text) => Array.from(Uint8Array.fromBase64(text));
        const expected = [
            { address: stub.text_start, bytes: decode(stub.text) },
            { address: stub.data_start, bytes: decode(stub.data) },
        ];
        done([JSON.stringify(device.uploads) === JSON.stringify(expected), device.entry === stub.entry]);
    });";

/// The origins of all requests, except for the bytes in memory.
const ORIGINS: &str = "
    const urls = performance.getEntriesByType('resource').map((entry) => new URL(entry.name));
    return [...new Set(urls.filter((url) => url.protocol !== 'blob:').map((url) => url.origin))];";

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_erases_leaves_nothing_but_the_image() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = connect(&client, &site, device(USB_JTAG)).await;
    install(&page, Erase::Yes).await;
    assert!(page.flash().await == expected_flash(&site.factory, ERASED));
    let is_stub_equal = client.execute_async(UPLOADS_EQUAL_STUB, Vec::new()).await.unwrap();
    assert_eq!(is_stub_equal, json!([true, true]));
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_does_not_erase_keeps_all_other_sectors() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = connect(&client, &site, device(UART_BRIDGE)).await;
    install(&page, Erase::No).await;
    assert!(page.flash().await == expected_flash(&site.factory, OLD));
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_writes_the_bytes_that_were_checked() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    chromium.disable_cache();
    let page = connect(&client, &site, device(USB_JTAG)).await;
    fs::write(site.root().join(FACTORY), "something else").unwrap();
    fs::write(site.root().join(MANIFEST), "something else").unwrap();
    install(&page, Erase::Yes).await;
    assert!(page.flash().await == expected_flash(&site.factory, ERASED));
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_obeys_the_policy_and_contacts_no_other_site() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = connect(&client, &site, device(USB_JTAG)).await;
    install(&page, Erase::Yes).await;
    let messages = chromium.console_messages();
    let is_violation =
        |entry: &&Value| entry["message"].as_str().unwrap().contains("Security Policy");
    assert_eq!(messages.iter().filter(is_violation).collect::<Vec<_>>(), Vec::<&Value>::new());
    let origin = site.page().replace("/firmware/install.html", "");
    assert_eq!(client.execute(ORIGINS, Vec::new()).await.unwrap(), json!([origin]));
    client.close().await.unwrap();
}
