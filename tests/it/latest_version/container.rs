//! Releases in a blob container of the emulator Azurite.

use std::thread;

use super::{assert_unreadable, assert_version};
use crate::azure::{Azurite, BlobClient};
use crate::host::FunctionsHost;

/// An emulator with a container, and a host that serves releases from it.
struct PublishedContainer {
    azurite: Azurite,
    blobs: BlobClient,
    host: FunctionsHost,
}

impl PublishedContainer {
    /// `None` if Azurite is not installed.
    fn start(versions: &[&str]) -> Option<Self> {
        let azurite = Azurite::start()?;
        let mut blobs = azurite.container("releases");
        blobs.publish(versions);
        let host =
            FunctionsHost::start_with(&[("RELEASES_URL", &azurite.signed_address("releases"))]);
        Some(Self { azurite, blobs, host })
    }

    fn listing_count(&mut self) -> usize {
        self.azurite.listing_count(&mut self.blobs)
    }
}

#[test]
fn the_newest_release_is_served_and_with_dev_the_newest_version() {
    let versions = ["1.4.2", "1.4.10", "1.5.0-dev9", "1.5.0-dev10", "0.99.0"];
    let Some(published) = PublishedContainer::start(&versions) else { return };
    assert_version(&published.host.get("/latest-version"), "1.4.10");
    let reply = published.host.get("/latest-version?dev");
    assert_version(&reply, "1.5.0-dev10");
    assert_eq!(reply.header("cache-control"), Some("public, max-age=300"));
}

#[test]
fn names_that_are_not_versions_are_ignored() {
    let Some(azurite) = Azurite::start() else { return };
    let mut blobs = azurite.container("releases");
    for name in ["v2.0.0", "2.0", "2.0.0-rc1", "2.0.0-dev0", "02.0.0", "latest", "a b"] {
        blobs.put(&format!("{name}/manifest.json"), b"{}");
    }
    for name in ["3.0.0", "index.html", "old/4.0.0/manifest.json", "日本/x", "&<.x"] {
        blobs.put(name, b"no release");
    }
    let address = azurite.signed_address("releases");
    let mut host = FunctionsHost::start_with(&[("RELEASES_URL", &address)]);
    assert_eq!(host.get("/latest-version?dev").status, 404);
    blobs.publish(&["1.0.0"]);
    host.restart();
    assert_version(&host.get("/latest-version?dev"), "1.0.0");
}

#[test]
fn an_empty_container_is_404() {
    let Some(published) = PublishedContainer::start(&[]) else { return };
    assert_eq!(published.host.get("/latest-version").status, 404);
    assert_eq!(published.host.get("/latest-version?dev").status, 404);
}

#[test]
fn a_static_website_container_is_supported() {
    let Some(azurite) = Azurite::start() else { return };
    azurite.container("$web").publish(&["1.2.3"]);
    let host = FunctionsHost::start_with(&[("RELEASES_URL", &azurite.signed_address("$web"))]);
    assert_version(&host.get("/latest-version"), "1.2.3");
}

#[test]
fn a_thousand_versions_are_listed_page_by_page() {
    let Some(azurite) = Azurite::start() else { return };
    let mut blobs = azurite.container("releases");
    let mut versions = Vec::new();
    for patch in 0..500 {
        blobs.put(&format!("1.0.{patch}/esp32c3/cloudsmets.bin"), b"image");
        versions.push(format!("1.0.{patch}"));
        versions.push(format!("1.0.{}-dev{}", patch % 7, patch + 1));
    }
    // Sorted as text, this is neither on the first page nor on the last.
    versions.extend(["1.0.500", "1.0.501-dev11", "1.0.501-dev9"].map(str::to_owned));
    blobs.publish(&versions.iter().map(String::as_str).collect::<Vec<_>>());
    let address = format!("{}&maxresults=200", azurite.signed_address("releases"));
    let host = FunctionsHost::start_with(&[("RELEASES_URL", &address)]);
    assert_version(&host.get("/latest-version"), "1.0.500");
    assert_version(&host.get("/latest-version?dev"), "1.0.501-dev11");
    // 1,504 blobs.
    assert_eq!(azurite.listing_count(&mut blobs), 8);
}

#[test]
fn concurrent_requests_share_one_listing() {
    let Some(mut published) = PublishedContainer::start(&["1.0.0"]) else { return };
    assert_eq!(published.listing_count(), 0, "the container was listed at the start");
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| assert_version(&published.host.get("/latest-version"), "1.0.0"));
        }
    });
    published.blobs.publish(&["1.1.0"]);
    // A new release is not served while the cached answer is fresh.
    assert_version(&published.host.get("/latest-version?dev"), "1.0.0");
    assert_eq!(published.listing_count(), 1);
    published.host.restart();
    assert_version(&published.host.get("/latest-version"), "1.1.0");
    assert_eq!(published.listing_count(), 2);
}

#[test]
fn groups_and_withdrawn_versions_are_read_from_releases_json() {
    let Some(published) = PublishedContainer::start(&["1.0.0", "1.1.0", "1.2.0"]) else { return };
    let PublishedContainer { mut host, mut blobs, azurite: _azurite } = published;
    let rollout = "{\"schema\":1,\"rollout\":{\"1.0.0\":100,\"1.1.0\":10,\"1.2.0\":100},\
        \"withdrawn\":[\"1.2.0\"]}";
    blobs.put("releases.json", rollout.as_bytes());
    assert_version(&host.get("/latest-version?group=9"), "1.1.0");
    assert_version(&host.get("/latest-version?group=10"), "1.0.0");
    assert_version(&host.get("/latest-version"), "1.0.0");
    blobs.put("releases.json", b"{\"schema\":2}");
    host.restart();
    assert_unreadable(&host.get("/latest-version"));
}

#[test]
fn a_missing_container_is_503() {
    let Some(azurite) = Azurite::start() else { return };
    let host = FunctionsHost::start_with(&[("RELEASES_URL", &azurite.signed_address("absent"))]);
    assert_unreadable(&host.get("/latest-version"));
}

#[test]
fn the_last_known_version_is_served_while_the_storage_is_down() {
    let Some(mut published) = PublishedContainer::start(&["1.0.0"]) else { return };
    assert_version(&published.host.get("/latest-version"), "1.0.0");
    published.azurite.kill();
    assert_version(&published.host.get("/latest-version"), "1.0.0");
    // Without a cached answer the reply is an error.
    published.host.restart();
    assert_unreadable(&published.host.get("/latest-version"));
}

/// Not at the most verbose log level either.
#[test]
fn the_signature_is_never_logged() {
    let Some(mut azurite) = Azurite::start() else { return };
    azurite.container("releases").publish(&["1.0.0"]);
    let address = azurite.signed_address("releases");
    let (_, signature) = address.split_once("&sig=").unwrap();
    let decoded = percent_encoding::percent_decode_str(signature).decode_utf8().unwrap();
    let mut host = FunctionsHost::start_with(&[("RELEASES_URL", &address), ("RUST_LOG", "trace")]);
    let assert_secret_not_logged = |host: &FunctionsHost, expected: &str| {
        let logs = host.program.stdout() + &host.program.stderr();
        assert!(logs.contains(expected), "{logs}");
        for secret in [signature, &decoded] {
            assert!(!logs.contains(secret), "{logs}");
        }
    };
    assert_version(&host.get("/latest-version"), "1.0.0");
    assert_secret_not_logged(&host, "comp=list");
    azurite.kill();
    host.restart();
    assert_unreadable(&host.get("/latest-version"));
    assert_secret_not_logged(&host, "the releases in http://127.0.0.1");
}
