//! `GET /latest-version`, which devices request.

mod conditional;
#[cfg(feature = "azure")]
mod container;
mod groups;
#[cfg(feature = "azure")]
mod identity;
mod published;
#[cfg(feature = "azure")]
mod storage_faults;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::dialect::Dialect;
use crate::host::{Batch, FunctionsHost, Program, Reply, post};
pub(crate) use published::publish;
#[cfg(feature = "azure")]
pub(crate) use published::rollout;
use published::{create_manifests, roll_out, withdraw};

fn host(releases: &Path) -> FunctionsHost {
    let url = format!("file://{}", releases.display());
    FunctionsHost::start_with(&[("RELEASES_URL", &url)])
}

/// The reply while the releases cannot be read. The text is fixed: it does not contain the location or
/// an error of the storage.
#[cfg(feature = "azure")]
fn assert_unreadable(reply: &Reply) {
    let sentence = "{\"error\":\"the releases cannot be read; try again in a moment\"}";
    assert_eq!((reply.status, reply.text().as_str()), (503, sentence));
}

/// The body is exactly the version, because devices compare it byte by byte.
fn assert_version(reply: &Reply, version: &str) {
    assert_eq!((reply.status, reply.text().as_str()), (200, version));
    let kind = reply.header("content-type").unwrap();
    assert!(kind.starts_with("text/plain"), "{kind}");
    assert_eq!(reply.header("content-length"), Some(version.len().to_string().as_str()));
}

#[test]
fn the_newest_release_is_served_and_with_dev_the_newest_version() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.4.2", "1.4.10", "1.5.0-dev9", "1.5.0-dev12", "0.99.0"]);
    let host = host(releases.path());
    assert_version(&host.get("/latest-version"), "1.4.10");
    for dev in ["?dev", "?dev=", "?dev=1", "?code=abc&dev", "?dev=true"] {
        assert_version(&host.get(&format!("/latest-version{dev}")), "1.5.0-dev12");
    }
    for release in ["?", "?code=abc", "?x=dev", "?dev=0", "?dev=false"] {
        assert_version(&host.get(&format!("/latest-version{release}")), "1.4.10");
    }
}

#[test]
fn an_invalid_dev_parameter_is_refused_by_name() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.4.2"]);
    let host = host(releases.path());
    for dev in ["?dev=yes", "?dev=2", "?dev=TRUE", "?dev=%20", "?dev&dev=0"] {
        let reply = host.get(&format!("/latest-version{dev}"));
        assert_eq!(reply.status, 400, "{dev}: {}", reply.text());
        assert!(reply.json()["error"].as_str().unwrap().contains("dev"), "{}", reply.text());
    }
}

#[test]
fn a_release_is_newer_than_its_dev_versions() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.5.0-dev10", "1.5.0-dev9"]);
    let mut host = host(releases.path());
    assert_eq!(host.get("/latest-version").status, 404);
    assert_version(&host.get("/latest-version?dev"), "1.5.0-dev10");
    publish(releases.path(), &["1.5.0"]);
    host.restart();
    assert_version(&host.get("/latest-version"), "1.5.0");
    assert_version(&host.get("/latest-version?dev"), "1.5.0");
}

#[test]
fn names_that_are_not_versions_are_ignored() {
    let releases = TempDir::new().unwrap();
    create_manifests(
        releases.path(),
        &[
            "v2.0.0",
            "2.0",
            "2.0.0.0",
            "2.0.0-rc1",
            "2.0.0-dev",
            "2.0.0-dev0",
            "02.0.0",
            "2.0.0 ",
            "latest",
            "old/4.0.0",
        ],
    );
    fs::write(releases.path().join("3.0.0"), "a file is no release").unwrap();
    roll_out(releases.path(), "3.0.0", 100);
    roll_out(releases.path(), "4.0.0", 100);
    let mut host = host(releases.path());
    assert_eq!(host.get("/latest-version?dev").status, 404);
    publish(releases.path(), &["1.0.0"]);
    host.restart();
    assert_version(&host.get("/latest-version?dev"), "1.0.0");
}

#[test]
fn a_version_exists_once_its_manifest_does() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.0.0"]);
    let folder = releases.path().join("1.1.0/esp32c3");
    fs::create_dir_all(&folder).unwrap();
    for file in ["esp32c3/cloudsmets.bin", "manifest.json.minisig", "esp32c3/manifest.json"] {
        fs::write(releases.path().join("1.1.0").join(file), "half a release").unwrap();
    }
    roll_out(releases.path(), "1.1.0", 100);
    let mut host = host(releases.path());
    assert_version(&host.get("/latest-version"), "1.0.0");
    create_manifests(releases.path(), &["1.1.0"]);
    host.restart();
    assert_version(&host.get("/latest-version"), "1.1.0");
}

#[test]
fn no_versions_is_404_and_a_missing_directory_is_503() {
    let releases = TempDir::new().unwrap();
    let directory = releases.path().to_owned();
    let mut host = host(&directory);
    assert_eq!(host.get("/latest-version").status, 404);
    assert_eq!(host.get("/latest-version?dev").status, 404);
    drop(releases);
    host.restart();
    let reply = host.get("/latest-version");
    assert_eq!(reply.status, 503);
    // The reply does not contain the location or the error of the system.
    assert!(!reply.text().contains(directory.to_str().unwrap()), "{}", reply.text());
    assert!(
        host.program.stdout().contains("the releases cannot be read, and none are cached"),
        "{}",
        host.program.stdout()
    );
    publish(&directory, &["1.2.3"]);
    host.restart();
    assert_version(&host.get("/latest-version"), "1.2.3");
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_directory_is_not_read_again_while_its_answer_is_fresh() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.0.0", "1.1.0-dev1"]);
    let mut host = host(releases.path());
    assert_version(&host.get("/latest-version"), "1.0.0");
    publish(releases.path(), &["1.1.0"]);
    assert_version(&host.get("/latest-version"), "1.0.0");
    assert_version(&host.get("/latest-version?dev"), "1.1.0-dev1");
    host.restart();
    assert_version(&host.get("/latest-version"), "1.1.0");
}

#[test]
fn the_last_known_version_is_served_after_the_directory_has_vanished() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.0.0"]);
    let mut host = host(releases.path());
    assert_version(&host.get("/latest-version"), "1.0.0");
    drop(releases);
    assert_version(&host.get("/latest-version"), "1.0.0");
    // Without a cached answer the reply is an error.
    host.restart();
    assert_eq!(host.get("/latest-version").status, 503);
}

#[test]
fn without_releases_url_latest_version_is_404() {
    let host = FunctionsHost::start();
    assert_eq!(host.get("/latest-version").status, 404);
}

/// A function app that only serves releases has no store, because its disk is not durable.
#[test]
fn in_azure_without_a_store_only_releases_are_served() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.2.3"]);
    let url = format!("file://{}", releases.path().display());
    let settings = [
        ("WEBSITE_SITE_NAME", "releases"),
        ("WEBSITE_AUTH_ENABLED", "True"),
        ("CLOUDSMETS_DATA_DIR", ""),
        ("DASHBOARD_OWNERS", "me@example.org"),
        ("RELEASES_URL", url.as_str()),
    ];
    let mut host = FunctionsHost::start_with(&settings);
    assert_version(&host.get("/latest-version"), "1.2.3");
    let me = [
        ("X-MS-CLIENT-PRINCIPAL-ID", "7"),
        ("X-MS-CLIENT-PRINCIPAL-NAME", "me@example.org"),
        ("X-MS-CLIENT-PRINCIPAL-IDP", "aad"),
    ];
    for path in ["/dashboard", "/dashboard/homes/h/day", "/dashboard/api/v1/homes"] {
        assert_eq!(host.get_with(path, &me).status, 503, "{path}");
    }
    let event = Dialect::V2.event("dev-1", 1_767_322_800, 5_000);
    let body = Batch::new(vec![event]).body(Some(0));
    // The hub keeps events that were not accepted.
    let reply = host.connect().round_trip(&post("/mqtt-receiver", &body)).unwrap();
    assert_eq!(reply.status, 503, "{}", reply.text());
    host.assert_alive();
    assert_eq!(fs::read_dir(host.data_dir()).unwrap().count(), 0, "something was stored");
}

#[test]
fn in_azure_a_configuration_without_store_and_releases_is_refused() {
    let output = Program::run(&["serve"], &[("WEBSITE_SITE_NAME", "releases")]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("COSMOS_ENDPOINT") && stderr.contains("RELEASES_URL"), "{stderr}");
}
