//! Releases in a blob container, which the emulator Azurite keeps.

use std::thread;

use super::{assert_unreadable, assert_version};
use crate::azure::{Azurite, Blobs};
use crate::host::FunctionsHost;

/// An emulator with a container, and the host whose releases are in it.
struct Published {
    azurite: Azurite,
    blobs: Blobs,
    host: FunctionsHost,
}

impl Published {
    /// `None` where there is no Azurite.
    fn start(versions: &[&str]) -> Option<Self> {
        let azurite = Azurite::start()?;
        let mut blobs = azurite.container("releases");
        blobs.publish(versions);
        let host =
            FunctionsHost::start_with(&[("RELEASES_URL", &azurite.signed_address("releases"))]);
        Some(Self { azurite, blobs, host })
    }

    fn listings(&mut self) -> usize {
        self.azurite.listings(&mut self.blobs)
    }
}

#[test]
fn the_newest_release_and_with_dev_the_newest_of_all() {
    let versions = ["1.4.2", "1.4.10", "1.5.0-dev9", "1.5.0-dev10", "0.99.0"];
    let Some(published) = Published::start(&versions) else { return };
    assert_version(&published.host.get("/latest-version"), "1.4.10");
    let reply = published.host.get("/latest-version?dev");
    assert_version(&reply, "1.5.0-dev10");
    assert_eq!(reply.header("cache-control"), Some("public, max-age=60"));
}

#[test]
fn what_is_no_version_is_ignored() {
    let Some(azurite) = Azurite::start() else { return };
    let mut blobs = azurite.container("releases");
    blobs.publish(&["v2.0.0", "2.0", "2.0.0-rc1", "2.0.0-dev0", "02.0.0", "latest", "a b"]);
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
fn nothing_published_is_404() {
    let Some(published) = Published::start(&[]) else { return };
    assert_eq!(published.host.get("/latest-version").status, 404);
    assert_eq!(published.host.get("/latest-version?dev").status, 404);
}

#[test]
fn the_container_may_be_a_static_websites() {
    let Some(azurite) = Azurite::start() else { return };
    azurite.container("$web").publish(&["1.2.3"]);
    let host = FunctionsHost::start_with(&[("RELEASES_URL", &azurite.signed_address("$web"))]);
    assert_version(&host.get("/latest-version"), "1.2.3");
}

#[test]
fn a_thousand_versions_are_read_page_by_page() {
    let Some(azurite) = Azurite::start() else { return };
    let mut blobs = azurite.container("releases");
    for patch in 0..500 {
        let dev = format!("1.0.{}-dev{}", patch % 7, patch + 1);
        blobs.publish(&[&format!("1.0.{patch}"), &dev]);
        blobs.put(&format!("1.0.{patch}/manifest.json"), b"{}");
    }
    // Sorted as text this is neither on the first page nor on the last.
    blobs.publish(&["1.0.500", "1.0.501-dev11", "1.0.501-dev9"]);
    let address = format!("{}&maxresults=200", azurite.signed_address("releases"));
    let host = FunctionsHost::start_with(&[("RELEASES_URL", &address)]);
    assert_version(&host.get("/latest-version"), "1.0.500");
    assert_version(&host.get("/latest-version?dev"), "1.0.501-dev11");
    // 1,503 blobs.
    assert_eq!(azurite.listings(&mut blobs), 8);
}

#[test]
fn a_fleet_that_asks_has_the_container_listed_once() {
    let Some(mut published) = Published::start(&["1.0.0"]) else { return };
    assert_eq!(published.listings(), 0, "starting has asked for something");
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| assert_version(&published.host.get("/latest-version"), "1.0.0"));
        }
    });
    published.blobs.publish(&["1.1.0"]);
    // A new release is seen when the answer has grown old.
    assert_version(&published.host.get("/latest-version?dev"), "1.0.0");
    assert_eq!(published.listings(), 1);
    published.host.restart();
    assert_version(&published.host.get("/latest-version"), "1.1.0");
    assert_eq!(published.listings(), 2);
}

#[test]
fn a_container_that_is_not_there_is_503() {
    let Some(azurite) = Azurite::start() else { return };
    let host = FunctionsHost::start_with(&[("RELEASES_URL", &azurite.signed_address("absent"))]);
    assert_unreadable(&host.get("/latest-version"));
}

#[test]
fn what_was_known_is_answered_when_the_storage_is_gone() {
    let Some(mut published) = Published::start(&["1.0.0"]) else { return };
    assert_version(&published.host.get("/latest-version"), "1.0.0");
    published.azurite.kill();
    assert_version(&published.host.get("/latest-version"), "1.0.0");
    // Who has never seen it says so.
    published.host.restart();
    assert_unreadable(&published.host.get("/latest-version"));
}

/// Not even in the most talkative log.
#[test]
fn the_signature_is_told_to_nobody() {
    let Some(mut azurite) = Azurite::start() else { return };
    azurite.container("releases").publish(&["1.0.0"]);
    let address = azurite.signed_address("releases");
    let (_, signature) = address.split_once("&sig=").unwrap();
    let decoded = percent_encoding::percent_decode_str(signature).decode_utf8().unwrap();
    let mut host = FunctionsHost::start_with(&[("RELEASES_URL", &address), ("RUST_LOG", "trace")]);
    let assert_untold = |host: &FunctionsHost, told: &str| {
        let said = host.program.stdout() + &host.program.stderr();
        assert!(said.contains(told), "{said}");
        for secret in [signature, &decoded] {
            assert!(!said.contains(secret), "{said}");
        }
    };
    assert_version(&host.get("/latest-version"), "1.0.0");
    assert_untold(&host, "comp=list");
    azurite.kill();
    host.restart();
    assert_unreadable(&host.get("/latest-version"));
    assert_untold(&host, "the releases in http://127.0.0.1");
}
