//! Only the Functions host may deliver telemetry.

use super::HALF_HOUR;
use crate::dialect::Dialect;
use crate::host::{Batch, FunctionsHost, Reply, documents, head};

/// The headers of the host that a delivery needs.
const HOST_HEADERS: [(&str, &str); 3] = [
    ("Host", "127.0.0.1:4711"),
    ("Content-Type", "application/json; charset=utf-8"),
    ("X-Azure-Functions-InvocationId", "24ad4c06-24ad-4e5b-8294-3da9714877e9"),
];

/// Posts a valid batch with these headers. `Host` is sent only if it is among them.
fn post(host: &FunctionsHost, headers: &[(&str, &str)]) -> Reply {
    let body = Batch::new(vec![Dialect::V2.event("dev-1", HALF_HOUR, 5_000)]).body(Some(0));
    let length = body.len().to_string();
    let head = head("POST", "/mqtt-receiver", &[headers, &[("Content-Length", &length)]].concat());
    let head = String::from_utf8(head).unwrap();
    let is_host_given = headers.iter().any(|(name, _)| *name == "Host");
    let head = if is_host_given { head } else { head.replace("Host: 127.0.0.1\r\n", "") };
    host.connect().round_trip(&[head.as_bytes(), &body].concat()).unwrap()
}

fn assert_refused(host: &FunctionsHost, headers: &[(&str, &str)], reason: &str) {
    let reply = post(host, headers);
    assert_eq!(reply.status, 403, "{headers:?}: {}", reply.text());
    assert!(reply.text().contains(reason), "{headers:?}: {}", reply.text());
}

fn with_value(name: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    HOST_HEADERS.map(|(known, old)| (known, if known == name { value } else { old })).to_vec()
}

#[test]
fn requests_of_browsers_and_proxies_cannot_deliver_readings() {
    let mut host = FunctionsHost::start();
    for (name, value, reason) in [
        ("Origin", "https://evil.example", "Origin"),
        ("X-Forwarded-For", "192.0.2.1:4711", "forwarding header"),
        ("Forwarded", "for=192.0.2.1", "forwarding header"),
        ("Via", "1.1 proxy", "forwarding header"),
        ("X-MS-CLIENT-PRINCIPAL-ID", "0f0c6a3e-4c1a-4f5e-9d61-4b1f0f3c2b1d", "forwarding header"),
        ("X-ARR-LOG-ID", "8b0d6c4e", "forwarding header"),
    ] {
        assert_refused(&host, &[&HOST_HEADERS[..], &[(name, value)]].concat(), reason);
    }
    host.assert_alive();
    assert!(documents(host.stop().path()).is_empty());
}

#[test]
fn a_delivery_needs_every_header_of_the_host() {
    let host = FunctionsHost::start();
    for (missing, _) in HOST_HEADERS {
        let others: Vec<_> =
            HOST_HEADERS.into_iter().filter(|(name, _)| *name != missing).collect();
        assert_refused(&host, &others, missing);
    }
    for kind in ["text/plain", "application/json5", "application/x-www-form-urlencoded", ""] {
        assert_refused(&host, &with_value("Content-Type", kind), "Content-Type");
    }
    for name in ["evil.example", "evil.example:4711", "192.168.1.4", "localhost.evil.example", ""] {
        assert_refused(&host, &with_value("Host", name), "Host");
    }
    let two_hosts = [&HOST_HEADERS[..], &HOST_HEADERS[..1]].concat();
    assert_refused(&host, &two_hosts, "Host");
    assert!(documents(host.stop().path()).is_empty());
}

/// A refused delivery stalls a partition, so an operator has to find the reason in the log.
#[test]
fn each_kind_of_refusal_is_logged_once_as_an_error() {
    let host = FunctionsHost::start();
    for _ in 0..3 {
        assert_refused(&host, &HOST_HEADERS[..2], "InvocationId");
        assert_refused(&host, &with_value("Content-Type", "text/plain"), "Content-Type");
    }
    let log = host.program.stdout();
    let errors: Vec<_> = log.lines().filter(|line| line.contains("\"ERROR\"")).collect();
    assert_eq!(errors.len(), 2, "{log}");
    assert!(errors[0].contains("InvocationId") && errors[1].contains("Content-Type"), "{log}");
}

#[test]
fn an_unexpected_loopback_host_is_accepted_and_logged_once() {
    let host = FunctionsHost::start();
    let lines = || host.program.stdout().matches("another loopback Host header").count();
    let expected = format!("127.0.0.1:{}", host.port);
    let headers = HOST_HEADERS.map(|(n, value)| (n, if n == "Host" { &expected } else { value }));
    assert_eq!(post(&host, &headers).status, 200);
    assert_eq!(lines(), 0);
    for name in ["localhost", "127.0.0.1", "[::1]:80", "LOCALHOST:7071"] {
        assert_eq!(post(&host, &with_value("Host", name)).status, 200, "{name}");
    }
    assert_eq!(post(&host, &with_value("Content-Type", "Application/JSON")).status, 200);
    assert_eq!(lines(), 1);
}
