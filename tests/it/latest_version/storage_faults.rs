//! A storage service that behaves as no emulator does.

use std::sync::{Mutex, mpsc};
use std::time::Instant;

use super::{assert_unreadable, assert_version};
use crate::azure::{StubServer, reply};
use crate::host::{FunctionsHost, free_port, head};

const LISTING: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs><Blob>\
    <Name>1.2.3/manifest.json</Name><Properties/></Blob></Blobs><NextMarker/></EnumerationResults>";

fn host(port: u16) -> FunctionsHost {
    let address = format!("http://127.0.0.1:{port}/account/releases?sig=hush-hush");
    FunctionsHost::start_with(&[("RELEASES_URL", &address)])
}

/// As one copies it. The emulator takes a path with two slashes too.
#[test]
fn trailing_slashes_of_the_address_are_not_sent() {
    let stub = StubServer::start(|_| Some(reply(200, "application/xml", LISTING)));
    for path in ["account/releases", "account/$web/", "account/releases//"] {
        let address = format!("http://127.0.0.1:{}/{path}?sig=x", stub.port());
        let host = FunctionsHost::start_with(&[("RELEASES_URL", &address)]);
        assert_version(&host.get("/latest-version"), "1.2.3");
        let request = stub.next_request();
        let sent = format!("GET /{}?", path.trim_end_matches('/'));
        assert!(request.starts_with(&sent), "{path}: {request}");
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
    let stub = StubServer::start(move |_| {
        let failure = answers.lock().unwrap().next();
        Some(match failure {
            Some(status) => reply(status, "text/plain", "busy"),
            None => reply(200, "application/xml", LISTING),
        })
    });
    assert_version(&host(stub.port()).get("/latest-version"), "1.2.3");
    assert_eq!(stub.requests().len(), 3);
}

/// How often the log tells that there are no releases, and why.
fn logged_outages(host: &FunctionsHost) -> usize {
    let logs = host.program.stdout();
    let lines = || logs.lines().filter(|line| line.contains("cannot be read"));
    assert!(lines().all(|line| line.contains("no releases are known")), "{logs}");
    lines().count()
}

/// After a failure a fleet must neither fall on the storage with every request nor fill the log.
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
    // One more only where the machine is so slow that the five seconds went by.
    let max = 1 + started.elapsed().as_secs() / 5;
    assert!((1..=max).contains(&requests), "{requests} requests to the storage");
    assert_eq!(logged_outages(&host), 1, "{}", host.program.stdout());
}

/// A listing that somebody waits for and that is under way until it is let go.
struct PendingListing {
    stub: StubServer,
    host: FunctionsHost,
    release: mpsc::Sender<()>,
}

impl PendingListing {
    /// Asked for by a device that has given up since, which the program had an answer's time to
    /// notice.
    fn with_cancelled_request(answer: String) -> Self {
        let (release, released) = mpsc::channel::<()>();
        let released = Mutex::new(released);
        let stub = StubServer::start(move |_| {
            let _ = released.lock().unwrap().recv();
            Some(answer.clone())
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

/// A device that has given up must not end the listing that others wait for.
#[test]
fn a_cancelled_request_does_not_cancel_the_shared_listing() {
    let PendingListing { stub, host, release } =
        PendingListing::with_cancelled_request(reply(200, "application/xml", LISTING));
    let mut waiting = host.connect();
    waiting.write(&head("GET", "/latest-version", &[])).unwrap();
    drop(release);
    assert_version(&waiting.reply().unwrap(), "1.2.3");
    assert_eq!(stub.requests().len(), 1);
}

/// The log has it although the one who asked hears nothing of it.
#[test]
fn a_failure_is_logged_although_its_request_was_cancelled() {
    let PendingListing { stub: _stub, host, release } =
        PendingListing::with_cancelled_request(reply(403, "text/plain", ""));
    drop(release);
    assert_unreadable(&host.get("/latest-version"));
    assert_eq!(logged_outages(&host), 1, "{}", host.program.stdout());
}
