//! The installation page with a simulated ESP32-C3 that is connected by USB.

mod corruption;
mod improv;
mod page;
mod release;
mod requirements;
mod site;

use fantoccini::Client;
use serde_json::{Value, json};

use super::chromium::Chromium;
use page::{InstallationPage, UART_BRIDGE, USB_JTAG};
use release::VERSION;
use site::Site;

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

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_erases_leaves_nothing_but_the_image() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start().await) else { return };
    let client = chromium.connect().await;
    let page = connect(&client, &site, device(USB_JTAG)).await;
    install(&page, Erase::Yes).await;
    assert!(page.flash().await == expected_flash(&site.release.factory, ERASED));
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_does_not_erase_keeps_all_other_sectors() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start().await) else { return };
    let client = chromium.connect().await;
    let page = connect(&client, &site, device(UART_BRIDGE)).await;
    install(&page, Erase::No).await;
    assert!(page.flash().await == expected_flash(&site.release.factory, OLD));
    client.close().await.unwrap();
}
