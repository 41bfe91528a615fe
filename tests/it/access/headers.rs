//! Response headers that restrict what a browser does with a response.

use tempfile::TempDir;

use crate::host::FunctionsHost;
use crate::latest_version::publish;

#[test]
fn every_response_restricts_other_origins_and_browser_features() {
    let host = FunctionsHost::start();
    for path in ["/", "/dashboard", "/dashboard/api/v1/homes", "/nowhere"] {
        let reply = host.get(path);
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
        let permissions = reply.header("permissions-policy").unwrap();
        for feature in ["camera=()", "geolocation=()", "usb=()", "payment=()"] {
            assert!(permissions.contains(feature), "{path}: {permissions}");
        }
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
}

#[test]
fn pages_of_other_sites_may_read_the_latest_version() {
    let releases = TempDir::new().unwrap();
    publish(releases.path(), &["1.4.2"]);
    let url = format!("file://{}", releases.path().display());
    let host = FunctionsHost::start_with(&[("RELEASES_URL", &url)]);
    let reply = host.get_without_password("/latest-version", &[]);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("cross-origin-resource-policy"), Some("cross-origin"));
}

/// A browser that once saw the header on `localhost` would refuse plain HTTP there for a year.
#[test]
fn only_in_azure_are_browsers_told_to_insist_on_https() {
    let header = |settings| {
        let host = FunctionsHost::start_with(settings);
        let reply = host.get_without_password("/dashboard", &[]);
        assert_eq!(reply.status, 401);
        reply.header("strict-transport-security").map(str::to_owned)
    };
    assert_eq!(header(&[]), None);
    assert_eq!(header(&[("WEBSITE_SITE_NAME", "app")]).as_deref(), Some("max-age=31536000"));
}
