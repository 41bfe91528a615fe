//! Faults of the storage service that an emulator does not produce.

use std::sync::{Mutex, mpsc};
use std::time::Instant;

use super::{assert_unreadable, assert_version};
use crate::azure::{StubServer, reply, reply_with};
use crate::host::{FunctionsHost, free_port, head};

const LISTING: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs><Blob>\
    <Name>1.2.3/manifest.json</Name><Properties/></Blob></Blobs><NextMarker/></EnumerationResults>";

const ROLLOUT: &str = "{\"schema\":1,\"rollout\":{\"1.2.3\":100}}";

/// The replies of a container that contains one release.
fn storage_reply(request: &str) -> String {
    if request.contains("comp=list") {
        reply(200, "application/xml", LISTING)
    } else {
        assert!(request.contains("/releases.json?"), "{request}");
        reply_with(200, &[("Content-Type", "application/json"), ("ETag", "\"1\"")], ROLLOUT)
    }
}

fn host(port: u16) -> FunctionsHost {
    let address = format!("http://127.0.0.1:{port}/account/releases?sig=hush-hush");
    FunctionsHost::start_with(&[("RELEASES_URL", &address)])
}

/// An address that is copied from elsewhere may end in a slash. The emulator accepts a path with two
/// slashes, so this uses a stub.
#[test]
fn trailing_slashes_of_the_address_are_not_sent() {
    let stub = StubServer::start(|request| Some(storage_reply(request)));
    for path in ["account/releases", "account/$web/", "account/releases//"] {
        let address = format!("http://127.0.0.1:{}/{path}?sig=x", stub.port());
        let host = FunctionsHost::start_with(&[("RELEASES_URL", &address)]);
        assert_version(&host.get("/latest-version"), "1.2.3");
        let path = path.trim_end_matches('/');
        for target in [format!("/{path}?"), format!("/{path}/releases.json?")] {
            let request = stub.next_request();
            assert!(request.starts_with(&format!("GET {target}")), "{target}: {request}");
        }
    }
}

#[test]
fn an_invalid_listing_is_503_and_its_body_is_not_logged() {
    let invalid_listings = [
        (200, "application/xml", "<EnumerationResults><Blo"),
        (200, "text/html", "sig=hush-hush"),
        (200, "application/xml", ""),
        (
            403,
            "application/xml",
            "<Error><Code>AuthenticationFailed</Code><Message>sig=hush-hush</Message></Error>",
        ),
        (302, "text/plain", "sig=hush-hush"),
    ];
    for (status, kind, body) in invalid_listings {
        let stub = StubServer::start(move |_| Some(reply(status, kind, body)));
        let host = host(stub.port());
        assert_unreadable(&host.get("/latest-version"));
        assert!(stub.next_request().contains("comp=list"));
        let logs = host.program.stdout();
        assert!(logs.contains("cannot be read") && !logs.contains("hush-hush"), "{logs}");
    }
}

#[test]
fn unreachable_storage_is_503_and_server_errors_are_retried() {
    assert_unreadable(&host(free_port()).get("/latest-version"));
    let answers = Mutex::new([500, 503].into_iter());
    let stub = StubServer::start(move |request| {
        let failure = answers.lock().unwrap().next();
        Some(match failure {
            Some(status) => reply(status, "text/plain", "busy"),
            None => storage_reply(request),
        })
    });
    assert_version(&host(stub.port()).get("/latest-version"), "1.2.3");
    // Three listings and one roll-out file.
    assert_eq!(stub.requests().len(), 4);
}

/// A listing without the roll-out file does not tell which versions are withdrawn.
#[test]
fn an_unreadable_releases_json_is_503() {
    let refused: [fn() -> String; 3] = [
        || reply(403, "text/plain", "sig=hush-hush"),
        || reply_with(200, &[("Content-Type", "text/html"), ("ETag", "\"1\"")], "sig=hush-hush"),
        || reply(302, "text/plain", "sig=hush-hush"),
    ];
    for refused in refused {
        let stub = StubServer::start(move |request| {
            Some(if request.contains("comp=list") { storage_reply(request) } else { refused() })
        });
        let host = host(stub.port());
        assert_unreadable(&host.get("/latest-version"));
        let logs = host.program.stdout();
        assert!(logs.contains("cannot be read") && !logs.contains("hush-hush"), "{logs}");
    }
}

/// The number of log lines about an outage. Each has the same text.
fn logged_outages(host: &FunctionsHost) -> usize {
    let logs = host.program.stdout();
    let lines = || logs.lines().filter(|line| line.contains("cannot be read"));
    assert!(
        lines().all(|line| line.contains("the releases cannot be read, and none are cached")),
        "{logs}"
    );
    lines().count()
}

/// After a failure, the requests of a fleet must not all reach the storage or fill the log.
#[test]
fn a_failure_is_cached_during_the_back_off_and_logged_once() {
    let stub = StubServer::start(|_| Some(reply(403, "text/plain", "")));
    let host = host(stub.port());
    let mut connection = host.connect();
    let request = |connection: &mut crate::host::Connection| {
        assert_unreadable(&connection.round_trip(&head("GET", "/latest-version", &[])).unwrap());
    };
    let started = Instant::now();
    request(&mut connection);
    stub.next_request();
    for _ in 0..20 {
        request(&mut connection);
    }
    let requests = stub.requests().len() as u64;
    // A slow machine may need longer than the back-off of five seconds, which allows one more.
    let max = 1 + started.elapsed().as_secs() / 5;
    assert!((1..=max).contains(&requests), "{requests} requests to the storage");
    assert_eq!(logged_outages(&host), 1, "{}", host.program.stdout());
}

/// A listing that is in progress until it is released.
struct PendingListing {
    stub: StubServer,
    host: FunctionsHost,
    release: mpsc::Sender<()>,
}

impl PendingListing {
    /// The request that started the listing was cancelled. The program has had the time of one other
    /// request to notice that.
    fn with_cancelled_request(answer: fn(&str) -> String) -> Self {
        let (release, released) = mpsc::channel::<()>();
        let released = Mutex::new(released);
        let stub = StubServer::start(move |request| {
            let _ = released.lock().unwrap().recv();
            Some(answer(request))
        });
        let host = host(stub.port());
        let mut cancelled = host.connect();
        cancelled.write(&head("GET", "/latest-version", &[])).unwrap();
        stub.next_request();
        cancelled.shut_down();
        assert_eq!(host.get("/").status, 200);
        Self { stub, host, release }
    }
}

/// A cancelled request must not end the listing that other requests wait for.
#[test]
fn a_cancelled_request_does_not_cancel_the_shared_listing() {
    let PendingListing { stub, host, release } =
        PendingListing::with_cancelled_request(storage_reply);
    let mut waiting = host.connect();
    waiting.write(&head("GET", "/latest-version", &[])).unwrap();
    drop(release);
    assert_version(&waiting.reply().unwrap(), "1.2.3");
    let listings = stub.requests().iter().filter(|request| request.contains("comp=list")).count();
    assert_eq!(listings, 1);
}

/// A failure is logged even if no client receives the reply.
#[test]
fn a_failure_is_logged_although_its_request_was_cancelled() {
    let PendingListing { stub: _stub, host, release } =
        PendingListing::with_cancelled_request(|_| reply(403, "text/plain", ""));
    drop(release);
    assert_unreadable(&host.get("/latest-version"));
    assert_eq!(logged_outages(&host), 1, "{}", host.program.stdout());
}
