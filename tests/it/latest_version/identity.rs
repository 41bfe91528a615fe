//! Releases that need a token from the platform's identity endpoint.

use std::thread;

use super::{assert_unreadable, assert_version};
use crate::azure::{Azurite, IdentityEndpoint, IdentityReply};
use crate::host::{FunctionsHost, free_port, head};

const CLIENT_ID: &str = "0f0c6a3e-4c1a-4f5e-9d61-4b1f0f3c2b1d";

/// Starts the program with the settings of an identity endpoint.
fn host(
    address: &str,
    endpoint: &[(&'static str, String)],
    more: &[(&str, &str)],
) -> FunctionsHost {
    let mut settings = vec![("RELEASES_URL", address), ("AZURE_CLIENT_ID", CLIENT_ID)];
    settings.extend(endpoint.iter().map(|(name, value)| (*name, value.as_str())));
    settings.extend(more);
    FunctionsHost::start_with(&settings)
}

#[test]
fn one_token_request_serves_all_listings() {
    let Some(azurite) = Azurite::start_with_tls() else { return };
    let mut blobs = azurite.container("releases");
    blobs.publish(&["1.4.2", "1.5.0-dev3"]);
    let identity = IdentityEndpoint::start(IdentityReply::Token);
    let certificate = azurite.certificate_file();
    let more = [("SSL_CERT_FILE", certificate.to_str().unwrap()), ("RUST_LOG", "trace")];
    // Each page of a listing needs the token.
    let address = format!("{}?maxresults=1", azurite.address("releases"));
    let host = host(&address, &identity.settings(), &more);
    assert_eq!(identity.requests(), Vec::<String>::new(), "a token was requested at the start");
    for _ in 0..3 {
        assert_version(&host.get("/latest-version"), "1.4.2");
        assert_version(&host.get("/latest-version?dev"), "1.5.0-dev3");
    }
    // Two manifests and the roll-out file.
    assert_eq!(azurite.listing_count(&mut blobs), 3);
    let requests = identity.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests[0].contains(&format!("client_id={CLIENT_ID}")), "{requests:?}");
    assert!(requests[0].contains("resource=https%3A%2F%2Fstorage.azure.com"), "{requests:?}");
    IdentityEndpoint::assert_no_secret_in(&(host.program.stdout() + &host.program.stderr()));
}

/// The emulator refuses unauthorized requests, so the test above proves that the token is used.
#[test]
fn a_container_refuses_requests_without_a_token() {
    let Some(azurite) = Azurite::start_with_tls() else { return };
    azurite.container("releases").publish(&["1.4.2"]);
    let certificate = azurite.certificate_file();
    let address = format!("{}?sig=none", azurite.address("releases"));
    let trusted =
        [("RELEASES_URL", address.as_str()), ("SSL_CERT_FILE", certificate.to_str().unwrap())];
    assert_unreadable(&FunctionsHost::start_with(&trusted).get("/latest-version"));
}

#[test]
fn an_untrusted_server_receives_no_token() {
    let Some(azurite) = Azurite::start_with_tls() else { return };
    azurite.container("releases").publish(&["1.4.2"]);
    let identity = IdentityEndpoint::start(IdentityReply::Token);
    let other = crate::azure::Certificate::new();
    let more = [("SSL_CERT_FILE", other.file().to_str().unwrap().to_owned())];
    let more = more.each_ref().map(|(name, value)| (*name, value.as_str()));
    let host = host(&azurite.address("releases"), &identity.settings(), &more);
    assert_unreadable(&host.get("/latest-version"));
    assert!(host.program.stdout().contains("certificate"), "{}", host.program.stdout());
}

#[test]
fn a_failed_token_request_is_503() {
    let garbage = [
        "<html>not here</html>",
        "{}",
        "{\"access_token\":\"TOKEN\"}",
        "{\"access_token\":\"TOKEN\",\"expires_on\":\"soon\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"TOKEN\",\"expires_on\":",
    ];
    let garbage = garbage.into_iter().map(IdentityReply::Garbage);
    for answer in
        [IdentityReply::Status(400), IdentityReply::Status(403)].into_iter().chain(garbage)
    {
        let identity = IdentityEndpoint::start(answer);
        let host = host("https://127.0.0.1:1/releases", &identity.settings(), &[]);
        assert_unreadable(&host.get("/latest-version"));
        assert!(!identity.requests().is_empty(), "{answer:?}: no token was requested");
        IdentityEndpoint::assert_no_secret_in(&host.program.stdout());
    }
}

/// Both the failed token request and the failed listing are logged with the cause.
#[test]
fn the_cause_of_a_failed_token_request_is_logged() {
    let host =
        host("https://127.0.0.1:1/releases", &IdentityEndpoint::settings_at(free_port()), &[]);
    assert_unreadable(&host.get("/latest-version"));
    let logs = host.program.stdout();
    for line in ["no token could be obtained", "the releases cannot be read, and none are cached"] {
        let line =
            logs.lines().find(|entry| entry.contains(line)).unwrap_or_else(|| panic!("{logs}"));
        assert!(line.contains("no token within 5s"), "{line}");
    }
}

/// A request that waits for a token does not block other requests. Without endpoint settings this is
/// a developer's machine without a signed-in user.
fn assert_other_routes_respond(endpoint: &[(&'static str, String)]) {
    let mut host = host("https://127.0.0.1:1/releases", endpoint, &[]);
    let mut waiting = host.connect();
    waiting.write(&head("GET", "/latest-version", &[])).unwrap();
    for path in ["/", "/dashboard", "/dashboard/api/v1/homes"] {
        assert_eq!(host.get(path).status, 200, "{path}");
    }
    assert_unreadable(&waiting.reply().unwrap());
    host.assert_alive();
}

/// The cases run concurrently, because each takes as long as the time-out of a listing.
#[test]
fn a_failing_identity_endpoint_is_503_and_other_routes_respond() {
    let failing = [IdentityReply::Silence, IdentityReply::Status(500)].map(IdentityEndpoint::start);
    let dead = IdentityEndpoint::settings_at(free_port());
    thread::scope(|scope| {
        scope.spawn(|| assert_other_routes_respond(&dead));
        scope.spawn(|| assert_other_routes_respond(&[]));
        for identity in &failing {
            scope.spawn(|| assert_other_routes_respond(&identity.settings()));
        }
    });
    for identity in failing {
        assert!(!identity.requests().is_empty(), "no token was requested");
    }
}
