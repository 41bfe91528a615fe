//! Azure's Easy Auth in front of the dashboard.

use serde_json::json;

use super::{PATHS, host};

const OWNER_ID: &str = "00000000-0000-0000-0000-000000000001";

const EASY_AUTH: [(&str, &str); 4] = [
    ("WEBSITE_SITE_NAME", "app"),
    ("WEBSITE_AUTH_ENABLED", "True"),
    ("DASHBOARD_AUTH", "easyauth"),
    ("DASHBOARD_OWNERS", "Me@Example.org, 00000000-0000-0000-0000-000000000001"),
];

/// Returns the headers that Easy Auth sets for a user.
fn user<'a>(id: &'a str, name: &'a str, provider: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("Host", "app.azurewebsites.net"),
        ("X-MS-CLIENT-PRINCIPAL-ID", id),
        ("X-MS-CLIENT-PRINCIPAL-NAME", name),
        ("X-MS-CLIENT-PRINCIPAL-IDP", provider),
    ]
}

#[test]
fn behind_easy_auth_only_owners_see_homes() {
    let host = host(&EASY_AUTH);
    let owner = user("7", "me@example.org", "aad");
    let other_user = user("8", "you@example.org", "aad");
    for path in PATHS {
        assert_eq!(host.get_without_password(path, &owner).status, 200, "{path}");
        assert_eq!(host.get_without_password(path, &owner[..1]).status, 401, "{path}");
    }
    let get = |path: &str| host.get_without_password(path, &other_user);
    assert_eq!(get("/dashboard/api/v1/homes").json(), json!([]));
    assert!(!get("/dashboard").text().contains("dev-1"));
    for path in &PATHS[4..] {
        let (existing, unknown) = (get(path), get(&path.replace("dev-1", "dev-9")));
        assert_eq!((existing.status, unknown.status), (404, 404), "{path}");
        assert_eq!(
            existing.body, unknown.body,
            "a user who is not an owner can tell which homes there are"
        );
    }
}

/// Another identity provider could give its users an owner's id or name.
#[test]
fn an_owner_is_matched_by_id_or_name_of_the_right_provider_only() {
    let host = host(&EASY_AUTH);
    let homes = |headers: &[(&str, &str)]| {
        let reply = host.get_without_password("/dashboard/api/v1/homes", headers);
        assert_eq!(reply.status, 200, "{headers:?}: {}", reply.text());
        reply.json().as_array().unwrap().len()
    };
    assert_eq!(homes(&user(OWNER_ID, "x@example.org", "AAD")), 1);
    assert_eq!(homes(&user("7", "ME@example.org", "aad")), 1);
    for provider in ["github", "google", ""] {
        assert_eq!(homes(&user(OWNER_ID, "me@example.org", provider)), 0, "{provider}");
    }
    assert_eq!(homes(&user(OWNER_ID, "me@example.org", "aad")[..3]), 0);
    assert_eq!(homes(&user("7", OWNER_ID, "aad")), 0, "an id matches a name");
    assert_eq!(homes(&user("me@example.org", "7", "aad")), 0, "a name matches an id");
}

/// Without Easy Auth, the client itself could send the headers.
#[test]
fn principal_headers_are_ignored_without_easy_auth_enforcement() {
    let unenforced: Vec<_> =
        EASY_AUTH.into_iter().filter(|(name, _)| *name != "WEBSITE_AUTH_ENABLED").collect();
    let host = host(&unenforced);
    for path in PATHS {
        let reply = host.get_without_password(path, &user("7", "me@example.org", "aad"));
        assert_eq!(reply.status, 401, "{path}");
    }
}
