//! Staged roll-outs, withdrawn versions, and a damaged `releases.json`.

use std::fs;

use tempfile::TempDir;

use super::{assert_version, create_manifests, host, publish, roll_out, withdraw};
use crate::host::FunctionsHost;

#[test]
fn a_staged_version_is_served_to_the_groups_below_its_percentage() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.0.0", "1.1.0", "1.2.0-dev1"]);
    roll_out(releases.path(), "1.1.0", 30);
    roll_out(releases.path(), "1.2.0-dev1", 1);
    let host = host(releases.path());
    let get = |query: &str| host.get(&format!("/latest-version{query}"));
    for group in ["0", "1", "29", "029"] {
        assert_version(&get(&format!("?group={group}")), "1.1.0");
    }
    for query in ["", "?group=30", "?group=99", "?group=30&dev=0"] {
        assert_version(&get(query), "1.0.0");
    }
    assert_version(&get("?group=0&dev"), "1.2.0-dev1");
    assert_version(&get("?dev&group=1"), "1.1.0");
    assert_version(&get("?dev"), "1.0.0");
}

#[test]
fn an_invalid_group_is_refused_by_name() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.0.0"]);
    let host = host(releases.path());
    for group in ["100", "-1", "+1", "", "1.0", "0x1", "%20", "one", "256", "1&group=1"] {
        let reply = host.get(&format!("/latest-version?group={group}"));
        assert_eq!(reply.status, 400, "{group}: {}", reply.text());
        assert!(reply.json()["error"].as_str().unwrap().contains("group"), "{}", reply.text());
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{group}");
    }
}

#[test]
fn a_withdrawn_version_is_never_served() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.0.0", "1.1.0"]);
    withdraw(releases.path(), "1.1.0");
    let mut host = host(releases.path());
    for query in ["", "?dev", "?group=0"] {
        assert_version(&host.get(&format!("/latest-version{query}")), "1.0.0");
    }
    withdraw(releases.path(), "1.0.0");
    host.restart();
    assert_eq!(host.get("/latest-version?group=0").status, 404);
}

#[test]
fn without_releases_json_no_version_is_available() {
    let releases = TempDir::new().unwrap();
    create_manifests(releases.path(), &["1.0.0"]);
    let host = host(releases.path());
    for query in ["", "?group=0"] {
        let reply = host.get(&format!("/latest-version{query}"));
        assert_eq!(reply.status, 404);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
}

fn errors_in_log(host: &FunctionsHost) -> usize {
    host.program.stdout().matches("the releases cannot be read, and none are cached").count()
}

/// Nothing must be available because the list of withdrawn versions cannot be read.
#[test]
fn a_damaged_releases_json_is_503_and_logged_once() {
    let damaged = [
        "",
        "null",
        "{\"schema\":1",
        "{\"schema\":2,\"rollout\":{\"1.0.0\":100}}",
        "{\"rollout\":{\"1.0.0\":100}}",
        "{\"schema\":1,\"rollout\":{\"1.0.0\":101}}",
        "{\"schema\":1,\"rollout\":{\"1.0\":100}}",
        "<html>Sign in to this network</html>",
    ];
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.0.0"]);
    let mut host = host(releases.path());
    for content in damaged {
        fs::write(releases.path().join("releases.json"), content).unwrap();
        host.restart();
        for query in ["", "?group=0", "?dev"] {
            let reply = host.get(&format!("/latest-version{query}"));
            assert_eq!(reply.status, 503, "{content}: {}", reply.text());
            assert_eq!(reply.header("cache-control"), Some("no-store"));
        }
        let log = host.program.stdout();
        assert_eq!(errors_in_log(&host), 1, "{content}: {log}");
        assert!(log.contains("releases.json"), "{content}: {log}");
    }
}
