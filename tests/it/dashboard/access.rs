//! Who may look.

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

/// A page of another site whose name is made to point to this machine.
#[test]
fn an_open_dashboard_answers_to_its_own_name_only() {
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
fn a_password_opens_everything_and_nothing_else_does() {
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
    // Devices and the host have no password.
    assert_eq!(host.get("/latest-version").status, 404);
}

const EASY: [(&str, &str); 4] = [
    ("WEBSITE_SITE_NAME", "app"),
    ("WEBSITE_AUTH_ENABLED", "True"),
    ("DASHBOARD_AUTH", "easyauth"),
    ("DASHBOARD_OWNERS", "Me@Example.org, 00000000-0000-0000-0000-000000000001"),
];

#[test]
fn behind_easy_auth_owners_see_homes_and_others_see_that_there_are_none() {
    let host = host(&EASY);
    let site = ("Host", "app.azurewebsites.net");
    let owner =
        [site, ("X-MS-CLIENT-PRINCIPAL-ID", "7"), ("X-MS-CLIENT-PRINCIPAL-NAME", "me@example.org")];
    let stranger = [
        site,
        ("X-MS-CLIENT-PRINCIPAL-ID", "8"),
        ("X-MS-CLIENT-PRINCIPAL-NAME", "you@example.org"),
    ];
    for path in PATHS {
        assert_eq!(host.get_with(path, &owner).status, 200, "{path}");
        assert_eq!(host.get_with(path, &[site]).status, 401, "{path}");
    }
    assert_eq!(host.get_with("/dashboard/api/v1/homes", &stranger).json(), json!([]));
    assert!(!host.get_with("/dashboard", &stranger).text().contains("dev-1"));
    for path in &PATHS[4..] {
        let theirs = host.get_with(path, &stranger);
        let nobodys = host.get_with(&path.replace("dev-1", "dev-9"), &stranger);
        assert_eq!((theirs.status, nobodys.status), (404, 404), "{path}");
        assert_eq!(theirs.body, nobodys.body, "a stranger can tell which homes there are");
    }
}

/// Without the platform in front, the headers are whatever a caller sends.
#[test]
fn principals_are_believed_only_where_the_platform_sets_them() {
    let unenforced: Vec<_> =
        EASY.into_iter().filter(|(name, _)| *name != "WEBSITE_AUTH_ENABLED").collect();
    let host = host(&unenforced);
    let owner =
        [("X-MS-CLIENT-PRINCIPAL-ID", "7"), ("X-MS-CLIENT-PRINCIPAL-NAME", "me@example.org")];
    for path in PATHS {
        assert_eq!(host.get_with(path, &owner).status, 401, "{path}");
    }
}
