//! Releases that are corrupted on the way to the browser: the page never offers to install them, and shows
//! the file that is the cause.

use std::fs;

use super::page::InstallationPage;
use super::site::{FACTORY, MANIFEST, Site, VERSION};
use crate::browser::chromium::Chromium;

const MANIFEST_SIGNATURE: &str = "1.5.0/manifest.json.minisig";
const FACTORY_SIGNATURE: &str = "1.5.0/esp32c3/factory.bin.minisig";
const OTHER_VERSION: &str = "1.4.0";

/// What arrives instead of a file.
#[derive(Clone, Copy, Debug)]
enum Corruption {
    FlippedBit,
    /// A network answers with a page and status 200.
    SignInPage,
    Missing,
    Truncated,
    TooLong,
    Empty,
}

impl Corruption {
    fn apply(self, site: &Site, file: &str) {
        let path = site.root().join(file);
        let mut bytes = fs::read(&path).unwrap();
        match self {
            Self::FlippedBit => {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
            }
            Self::SignInPage => bytes = b"<!DOCTYPE html><title>Sign in</title>".to_vec(),
            Self::Missing => return fs::remove_file(path).unwrap(),
            Self::Truncated => bytes.truncate(bytes.len() / 2),
            Self::TooLong => bytes.extend([0; 2048]),
            Self::Empty => bytes.clear(),
        }
        fs::write(path, bytes).unwrap();
    }
}

/// Opens the page and asserts that it refuses the release for this reason.
async fn assert_refused(page: &InstallationPage<'_>, site: &Site, reason: &str, file: &str) {
    page.0.goto(&site.page()).await.unwrap();
    let case = format!("{file}: {reason}");
    assert_eq!(page.state().await, ("failed".to_owned(), reason.to_owned()), "{case}");
    assert!(!page.has_install_button().await, "{case}");
    let text = page.visible_text().await;
    let name = file.rsplit_once('/').unwrap().1.trim_end_matches(".minisig");
    assert!(text.contains(name), "{case}: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupted_file_is_never_offered() {
    use Corruption::{Empty, FlippedBit, Missing, SignInPage, TooLong, Truncated};
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    chromium.disable_cache();
    let page = InstallationPage(&client);
    let cases = [
        (FACTORY, FlippedBit, "bad-signature"),
        (FACTORY, SignInPage, "bad-signature"),
        (FACTORY, Missing, "missing"),
        (FACTORY, Truncated, "bad-signature"),
        (FACTORY, TooLong, "wrong-size"),
        (FACTORY, Empty, "bad-signature"),
        (MANIFEST, FlippedBit, "bad-signature"),
        (MANIFEST, SignInPage, "bad-signature"),
        (MANIFEST, Missing, "missing"),
        (MANIFEST, Truncated, "bad-signature"),
        (MANIFEST, TooLong, "bad-signature"),
        (MANIFEST, Empty, "bad-signature"),
        (FACTORY_SIGNATURE, SignInPage, "not-a-signature"),
        (FACTORY_SIGNATURE, Missing, "missing"),
        (FACTORY_SIGNATURE, Truncated, "not-a-signature"),
        (FACTORY_SIGNATURE, TooLong, "wrong-size"),
        (FACTORY_SIGNATURE, Empty, "not-a-signature"),
        (MANIFEST_SIGNATURE, SignInPage, "not-a-signature"),
        (MANIFEST_SIGNATURE, Missing, "missing"),
        (MANIFEST_SIGNATURE, Truncated, "not-a-signature"),
        (MANIFEST_SIGNATURE, TooLong, "wrong-size"),
        (MANIFEST_SIGNATURE, Empty, "not-a-signature"),
    ];
    for (file, corruption, reason) in cases {
        let path = site.root().join(file);
        let original = fs::read(&path).unwrap();
        corruption.apply(&site, file);
        assert_refused(&page, &site, reason, file).await;
        fs::write(path, original).unwrap();
    }
    client.goto(&site.page()).await.unwrap();
    assert_eq!(page.state().await.0, "ready");
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_for_something_else_is_refused() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    chromium.disable_cache();
    let page = InstallationPage(&client);
    for (file, target) in [(FACTORY, "esp32c3-factory"), (MANIFEST, "manifest")] {
        site.sign(file, "esp32c3", VERSION);
        assert_refused(&page, &site, "other-file", file).await;
        site.sign(file, target, OTHER_VERSION);
        assert_refused(&page, &site, "other-file", file).await;
        site.sign_with_other_key(file, target);
        assert_refused(&page, &site, "unknown-key", file).await;
        site.sign(file, target, VERSION);
    }
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_another_version_are_refused() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    chromium.disable_cache();
    let page = InstallationPage(&client);
    let manifest = site.root().join(MANIFEST);
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace(VERSION, OTHER_VERSION)).unwrap();
    site.sign(MANIFEST, "manifest", OTHER_VERSION);
    assert_refused(&page, &site, "other-file", MANIFEST).await;
    // The signature states the version of the page, but the manifest does not.
    site.sign(MANIFEST, "manifest", VERSION);
    assert_refused(&page, &site, "unusable-manifest", MANIFEST).await;
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_has_to_agree_with_the_manifest() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    chromium.disable_cache();
    let page = InstallationPage(&client);
    let factory = site.root().join(FACTORY);
    let original = fs::read(&factory).unwrap();
    let mut changed = original.clone();
    changed[7] ^= 1;
    let cases = [
        (changed.as_slice(), "wrong-digest"),
        (&original[..1000], "wrong-size"),
        (&[original.as_slice(), &[0]].concat(), "wrong-size"),
    ];
    for (image, reason) in cases {
        fs::write(&factory, image).unwrap();
        site.sign(FACTORY, "esp32c3-factory", VERSION);
        assert_refused(&page, &site, reason, FACTORY).await;
    }
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_again_recovers_from_a_failed_download() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = InstallationPage(&client);
    chromium.block_downloads(&["*factory.bin"]);
    assert_refused(&page, &site, "unreachable", FACTORY).await;
    chromium.block_downloads(&[]);
    page.check_again().await;
    assert_eq!(page.state().await, ("ready".to_owned(), String::new()));
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_again_bypasses_a_page_in_the_cache() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    let page = InstallationPage(&client);
    let original = fs::read(site.root().join(FACTORY)).unwrap();
    Corruption::SignInPage.apply(&site, FACTORY);
    assert_refused(&page, &site, "bad-signature", FACTORY).await;
    fs::write(site.root().join(FACTORY), original).unwrap();
    page.check_again().await;
    assert_eq!(page.state().await, ("ready".to_owned(), String::new()));
    client.close().await.unwrap();
}
