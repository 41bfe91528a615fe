//! Browsers and addresses with which an installation is not possible.

use serde_json::json;

use super::page::InstallationPage;
use super::site::Site;
use crate::browser::chromium::Chromium;

#[tokio::test(flavor = "multi_thread")]
async fn over_plain_http_the_page_explains_that_it_needs_a_secure_connection() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = InstallationPage(&client);
    client.goto(&site.insecure_page()).await.unwrap();
    assert_eq!(page.state().await, ("not-allowed".to_owned(), String::new()));
    assert!(!page.has_install_button().await);
    let text = page.visible_text().await;
    assert!(text.contains("https://") && text.contains("ssh -L"), "{text}");
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser_without_web_serial_the_page_names_browsers_that_have_it() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = InstallationPage(&client);
    chromium.run_on_every_page("delete Navigator.prototype.serial");
    client.goto(&site.page()).await.unwrap();
    assert_eq!(page.state().await, ("unsupported".to_owned(), String::new()));
    assert!(!page.has_install_button().await);
    let text = page.visible_text().await;
    assert!(text.contains("Chrome") && text.contains("computer"), "{text}");
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_cannot_verify_signatures_is_not_offered_an_installation() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = InstallationPage(&client);
    // As in Chromium before version 137.
    let without_ed25519 = "SubtleCrypto.prototype.importKey = async () => {
        throw new DOMException('Unrecognized name', 'NotSupportedError');
    };";
    chromium.run_on_every_page(without_ed25519);
    client.goto(&site.page()).await.unwrap();
    assert_eq!(page.state().await, ("failed".to_owned(), "outdated-browser".to_owned()));
    assert!(!page.has_install_button().await);
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_esp_web_tools_nothing_is_offered() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = InstallationPage(&client);
    chromium.block_downloads(&["*install-button.js"]);
    client.goto(&site.page()).await.unwrap();
    assert_eq!(page.state().await, ("failed".to_owned(), "broken-installer".to_owned()));
    assert!(!page.has_install_button().await);
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_scripts_the_page_says_what_it_needs() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = InstallationPage(&client);
    chromium.block_downloads(&["*minisign.js"]);
    client.goto(&site.page()).await.unwrap();
    assert!(page.visible_text().await.contains("JavaScript"));
    assert_eq!(page.visible_slots().await, json!([]));
    client.close().await.unwrap();
}
