//! A storage service that behaves as no emulator does.

use std::sync::{Mutex, mpsc};
use std::time::Instant;

use super::{assert_unreadable, assert_version};
use crate::azure::{Stub, reply};
use crate::host::{FunctionsHost, free_port, head};

const LISTING: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs><Blob>\
    <Name>1.2.3/manifest.json</Name><Properties/></Blob></Blobs><NextMarker/></EnumerationResults>";

fn host(port: u16) -> FunctionsHost {
    let address = format!("http://127.0.0.1:{port}/account/releases?sig=hush-hush");
    FunctionsHost::start_with(&[("RELEASES_URL", &address)])
}

/// As one copies it. The emulator takes a path with two slashes too.
#[test]
fn a_slash_at_the_end_of_the_address_is_not_sent() {
    let stub = Stub::start(|_| Some(reply(200, "application/xml", LISTING)));
    for path in ["account/releases", "account/$web/", "account/releases//"] {
        let address = format!("http://127.0.0.1:{}/{path}?sig=x", stub.port());
        let host = FunctionsHost::start_with(&[("RELEASES_URL", &address)]);
        assert_version(&host.get("/latest-version"), "1.2.3");
        let asked = stub.next_request();
        let sent = format!("GET /{}?", path.trim_end_matches('/'));
        assert!(asked.starts_with(&sent), "{path}: {asked}");
    }
}

#[test]
fn an_answer_that_is_no_listing_is_503_and_nothing_of_it_is_told() {
    let no_listings = [
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
    for (status, kind, body) in no_listings {
        let stub = Stub::start(move |_| Some(reply(status, kind, body)));
        let host = host(stub.port());
        assert_unreadable(&host.get("/latest-version"));
        assert!(stub.next_request().contains("comp=list"));
        let said = host.program.stdout();
        assert!(said.contains("cannot be read") && !said.contains("hush-hush"), "{said}");
    }
}

#[test]
fn nobody_there_is_503_and_a_storage_that_fails_is_asked_again() {
    assert_unreadable(&host(free_port()).get("/latest-version"));
    let answers = Mutex::new([500, 503].into_iter());
    let stub = Stub::start(move |_| {
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
fn told(host: &FunctionsHost) -> usize {
    let said = host.program.stdout();
    let lines = || said.lines().filter(|line| line.contains("cannot be read"));
    assert!(lines().all(|line| line.contains("no releases are known")), "{said}");
    lines().count()
}

/// After a failure a fleet must neither fall on the storage with every request nor fill the log.
#[test]
fn for_a_moment_after_a_failure_nobody_asks_again_and_the_log_says_it_once() {
    let stub = Stub::start(|_| Some(reply(403, "text/plain", "")));
    let host = host(stub.port());
    let mut connection = host.connect();
    let asked = |connection: &mut crate::host::Connection| {
        assert_unreadable(&connection.ask(&head("GET", "/latest-version", &[])).unwrap());
    };
    let started = Instant::now();
    asked(&mut connection);
    stub.next_request();
    for _ in 0..20 {
        asked(&mut connection);
    }
    let requests = stub.requests().len() as u64;
    // One more only where the machine is so slow that the five seconds went by.
    let most = 1 + started.elapsed().as_secs() / 5;
    assert!((1..=most).contains(&requests), "{requests} requests to the storage");
    assert_eq!(told(&host), 1, "{}", host.program.stdout());
}

/// A listing that somebody waits for and that is under way until it is let go.
struct Pending {
    stub: Stub,
    host: FunctionsHost,
    let_go: mpsc::Sender<()>,
}

impl Pending {
    /// Asked for by a device that has given up since, which the program had an answer's time to
    /// notice.
    fn abandoned(answer: String) -> Self {
        let (let_go, gone) = mpsc::channel::<()>();
        let gone = Mutex::new(gone);
        let stub = Stub::start(move |_| {
            let _ = gone.lock().unwrap().recv();
            Some(answer.clone())
        });
        let host = host(stub.port());
        let mut hasty = host.connect();
        hasty.write(&head("GET", "/latest-version", &[])).unwrap();
        stub.next_request();
        hasty.abandon();
        assert_eq!(host.get("/").status, 200);
        Self { stub, host, let_go }
    }
}

/// A device that has given up must not end the listing that others wait for.
#[test]
fn a_caller_who_gives_up_leaves_the_listing_to_the_others() {
    let Pending { stub, host, let_go } = Pending::abandoned(reply(200, "application/xml", LISTING));
    let mut patient = host.connect();
    patient.write(&head("GET", "/latest-version", &[])).unwrap();
    drop(let_go);
    assert_version(&patient.reply().unwrap(), "1.2.3");
    assert_eq!(stub.requests().len(), 1);
}

/// The log has it although the one who asked hears nothing of it.
#[test]
fn a_failure_whose_caller_has_given_up_is_told() {
    let Pending { stub: _stub, host, let_go } = Pending::abandoned(reply(403, "text/plain", ""));
    drop(let_go);
    assert_unreadable(&host.get("/latest-version"));
    assert_eq!(told(&host), 1, "{}", host.program.stdout());
}
