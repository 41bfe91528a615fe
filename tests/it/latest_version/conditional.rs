//! Caching: entity tags, `HEAD`, and pages of other sites.

use tempfile::TempDir;

use super::{assert_version, host, publish};

#[test]
fn a_client_that_knows_the_version_gets_304() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.0.0", "1.1.0-dev1"]);
    let host = host(releases.path());
    let get = |target: &str, known: &str| host.get_with(target, &[("If-None-Match", known)]);
    let etag = host.get("/latest-version").header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag} is not a strong entity tag");
    for known in [&etag, &format!("W/{etag}"), &format!("\"a,b\" , {etag}"), "*"] {
        let reply = get("/latest-version", known);
        assert_eq!((reply.status, reply.body.len()), (304, 0), "{known}");
        assert_eq!(reply.header("etag"), Some(etag.as_str()), "{known}");
        assert_eq!(reply.header("cache-control"), Some("public, max-age=300"), "{known}");
    }
    for other in ["\"1\"", "1.0.0", "", "\"*\"", &etag[1..]] {
        assert_version(&get("/latest-version", other), "1.0.0");
    }
    assert_version(&get("/latest-version?dev", &etag), "1.1.0-dev1");
    let lines = [("If-None-Match", "\"x\""), ("If-None-Match", etag.as_str())];
    assert_eq!(host.get_with("/latest-version", &lines).status, 304);
}

#[test]
fn a_condition_does_not_hide_an_error() {
    let releases = TempDir::new().unwrap();
    let host = host(releases.path());
    let any = [("If-None-Match", "*")];
    assert_eq!(host.get_with("/latest-version", &any).status, 404);
    assert_eq!(host.get_with("/latest-version?group=100", &any).status, 400);
}

#[test]
fn head_returns_the_headers_of_get() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.0.0"]);
    let host = host(releases.path());
    let reply = host.connect().reply_to_head("/latest-version", &[]).unwrap();
    let get = host.get("/latest-version");
    assert_eq!((reply.status, reply.body.len()), (200, 0));
    for name in ["etag", "cache-control", "content-length", "content-type"] {
        assert!(reply.header(name).is_some(), "{name}");
        assert_eq!(reply.header(name), get.header(name), "{name}");
    }
}

#[test]
fn pages_of_other_sites_may_read_it() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.0.0"]);
    let host = host(releases.path());
    let origin = ("Origin", "https://example.org");
    for (target, status) in [("/latest-version", 200), ("/latest-version?dev=x", 400)] {
        let reply = host.get_with(target, &[origin]);
        assert_eq!(reply.status, status);
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert_eq!(reply.header("access-control-allow-credentials"), None);
    }
    let dashboard = host.get_with("/dashboard", &[origin]);
    assert_eq!(dashboard.header("access-control-allow-origin"), None);
}
