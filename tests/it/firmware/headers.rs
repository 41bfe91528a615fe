//! Headers: types, caching, policies, and pages of other sites.

use super::{IMAGE, Site};
use crate::host::head;

#[test]
fn types_and_caching_depend_on_the_name() {
    let site = Site::start();
    let (immutable, short) = ("public, max-age=31536000, immutable", "public, max-age=300");
    for (name, content_type, cache_control) in [
        (IMAGE, "application/octet-stream", immutable),
        ("1.5.0/manifest.json", "application/json", immutable),
        ("assets/install-0123abcd.js", "text/javascript; charset=utf-8", immutable),
        ("releases.json", "application/json", short),
        ("", "text/html; charset=utf-8", short),
        ("install.html", "text/html; charset=utf-8", short),
    ] {
        let reply = site.get(&format!("/firmware/{name}"));
        assert_eq!(reply.header("content-type"), Some(content_type), "{name}");
        assert_eq!(reply.header("cache-control"), Some(cache_control), "{name}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{name}");
    }
}

#[test]
fn only_the_installation_page_may_use_the_serial_port() {
    let site = Site::start();
    let headers = |path: &str| {
        let reply = site.get(path);
        assert_eq!(reply.status, 200, "{path}");
        let header = |name| reply.header(name).unwrap().to_owned();
        (header("permissions-policy"), header("content-security-policy"))
    };
    let (permissions, policy) = headers("/firmware/install.html");
    assert!(permissions.contains("serial=(self)") && permissions.contains("usb=()"));
    assert!(policy.contains("connect-src 'self' blob:"), "{policy}");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
    // The same file with an unusual path may do less, not more.
    for path in [
        "/firmware/",
        "/firmware/verify.html",
        "/firmware//install.html",
        "/firmware/./install.html",
        "/dashboard",
    ] {
        let (permissions, policy) = headers(path);
        assert!(permissions.contains("serial=()"), "{path}: {permissions}");
        assert!(!policy.contains("blob:") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
    }
    let escaped = headers("/firmware/%69nstall.html");
    assert_eq!(escaped, headers("/firmware/install.html"));
}

#[test]
fn pages_of_other_sites_may_read_images_and_manifests() {
    let site = Site::start();
    let origin = ("Origin", "https://example.org");
    for name in [IMAGE, "1.5.0/manifest.json"] {
        let target = format!("/firmware/{name}");
        let ranged = ("Range", "bytes=0-0");
        let known = site.get(&target).header("etag").unwrap().to_owned();
        for headers in [&[origin][..], &[origin, ranged], &[origin, ("If-None-Match", &known)]] {
            let reply = site.get_with(&target, headers);
            assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{headers:?}");
            assert_eq!(reply.header("cross-origin-resource-policy"), Some("cross-origin"));
            let exposed = reply.header("access-control-expose-headers").unwrap();
            assert!(exposed.contains("content-range") && exposed.contains("etag"), "{exposed}");
        }
        let preflight = [
            origin,
            ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "range"),
        ];
        let reply = site.server.send(&head("OPTIONS", &target, &preflight));
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert!(reply.header("access-control-allow-headers").unwrap().contains("range"));
        assert!(reply.header("access-control-allow-methods").unwrap().contains("GET"));
    }
}
