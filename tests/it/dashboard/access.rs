//! Authentication of visitors of the dashboard.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::dialect::Dialect;
use crate::host::{Batch, FunctionsHost, Settings};

const PATHS: [&str; 6] = [
    "/dashboard",
    "/dashboard/homes/dev-1",
    "/dashboard/homes/dev-1/day/2026-01-02",
    "/dashboard/api/v1/homes",
    "/dashboard/api/v1/homes/dev-1/live",
    "/dashboard/api/v1/homes/dev-1/export?from=2026-01-01&to=2026-02-01&format=csv",
];

fn host(settings: Settings<'_>) -> FunctionsHost {
    let host = FunctionsHost::start_with(settings);
    host.deliver(&Batch::new(vec![Dialect::V1.event("dev-1", 1_767_322_800, 5_000)]));
    host
}

/// Protects against DNS rebinding: another site's name that resolves to this machine.
#[test]
fn a_dashboard_without_password_answers_only_to_localhost_names() {
    let host = host(&[]);
    for path in PATHS {
        for name in ["evil.example", "evil.example:8080", "localhost.evil.example", "192.168.1.4"] {
            let reply = host.get_with(path, &[("Host", name)]);
            assert_eq!(reply.status, 421, "{path} for {name}");
            assert!(!reply.text().contains("dev-1"), "{path}: {}", reply.text());
        }
        for name in ["localhost:7071", "127.0.0.1", "[::1]:8080", "LocalHost"] {
            assert_eq!(host.get_with(path, &[("Host", name)]).status, 200, "{path} for {name}");
        }
    }
}

#[test]
fn every_dashboard_path_requires_the_password() {
    let host =
        host(&[("DASHBOARD_AUTH", "password"), ("DASHBOARD_PASSWORD", "correct horse battery")]);
    let with = |path: &str, text: &str| {
        let value = format!("Basic {}", BASE64_STANDARD.encode(text));
        host.get_with(path, &[("Host", "meter.example"), ("Authorization", &value)])
    };
    for path in PATHS {
        let reply = host.get(path);
        assert_eq!(reply.status, 401, "{path}");
        assert!(reply.header("www-authenticate").unwrap().starts_with("Basic "));
        assert_eq!(with(path, "me:correct horse").status, 401, "{path}");
        assert_eq!(with(path, "me:correct horse battery").status, 200, "{path}");
    }
    // Devices do not have the password.
    assert_eq!(host.get("/latest-version").status, 404);
}

const EASY_AUTH: [(&str, &str); 4] = [
    ("WEBSITE_SITE_NAME", "app"),
    ("WEBSITE_AUTH_ENABLED", "True"),
    ("DASHBOARD_AUTH", "easyauth"),
    ("DASHBOARD_OWNERS", "Me@Example.org, 00000000-0000-0000-0000-000000000001"),
];

#[test]
fn behind_easy_auth_only_owners_see_homes() {
    let host = host(&EASY_AUTH);
    let site = ("Host", "app.azurewebsites.net");
    let owner =
        [site, ("X-MS-CLIENT-PRINCIPAL-ID", "7"), ("X-MS-CLIENT-PRINCIPAL-NAME", "me@example.org")];
    let other_user = [
        site,
        ("X-MS-CLIENT-PRINCIPAL-ID", "8"),
        ("X-MS-CLIENT-PRINCIPAL-NAME", "you@example.org"),
    ];
    for path in PATHS {
        assert_eq!(host.get_with(path, &owner).status, 200, "{path}");
        assert_eq!(host.get_with(path, &[site]).status, 401, "{path}");
    }
    assert_eq!(host.get_with("/dashboard/api/v1/homes", &other_user).json(), json!([]));
    assert!(!host.get_with("/dashboard", &other_user).text().contains("dev-1"));
    for path in &PATHS[4..] {
        let existing = host.get_with(path, &other_user);
        let unknown = host.get_with(&path.replace("dev-1", "dev-9"), &other_user);
        assert_eq!((existing.status, unknown.status), (404, 404), "{path}");
        assert_eq!(
            existing.body, unknown.body,
            "a user who is not an owner can tell which homes there are"
        );
    }
}

/// Without Easy Auth, the client itself could send the headers.
#[test]
fn principal_headers_are_ignored_without_easy_auth_enforcement() {
    let unenforced: Vec<_> =
        EASY_AUTH.into_iter().filter(|(name, _)| *name != "WEBSITE_AUTH_ENABLED").collect();
    let host = host(&unenforced);
    let owner =
        [("X-MS-CLIENT-PRINCIPAL-ID", "7"), ("X-MS-CLIENT-PRINCIPAL-NAME", "me@example.org")];
    for path in PATHS {
        assert_eq!(host.get_with(path, &owner).status, 401, "{path}");
    }
}
