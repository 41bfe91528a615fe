//! Where a request comes from, as far as its head proves it. The functions here only ever find a
//! reason to refuse a request; no header can make a request more trusted.

use std::net::IpAddr;

use axum::http::header::{FORWARDED, HOST, HeaderName, VIA};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};

/// Headers that proxies, content delivery networks and Azure's front end add to a request.
const FORWARDING_HEADERS: [HeaderName; 15] = [
    FORWARDED,
    VIA,
    HeaderName::from_static("cdn-loop"),
    HeaderName::from_static("cf-connecting-ip"),
    HeaderName::from_static("client-ip"),
    HeaderName::from_static("fastly-client-ip"),
    HeaderName::from_static("true-client-ip"),
    HeaderName::from_static("x-client-ip"),
    HeaderName::from_static("x-cluster-client-ip"),
    HeaderName::from_static("x-original-host"),
    HeaderName::from_static("x-original-url"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-rewrite-url"),
    HeaderName::from_static("x-arr-log-id"),
    HeaderName::from_static("x-azure-ref"),
];

/// The prefixes of further such headers, for example `X-Forwarded-For` and
/// `X-MS-CLIENT-PRINCIPAL-ID`.
const FORWARDING_PREFIXES: [&str; 4] =
    ["x-forwarded", "x-envoy-", "x-ms-client-principal", "x-original-forwarded"];

/// Returns the first header that proves that a proxy forwarded the request.
pub(super) fn forwarding_header(headers: &HeaderMap) -> Option<&HeaderName> {
    headers.keys().find(|name| {
        FORWARDING_HEADERS.contains(name)
            || FORWARDING_PREFIXES.iter().any(|prefix| name.as_str().starts_with(prefix))
    })
}

/// Returns whether the client addressed this machine by a loopback name. A request that a browser
/// sends after DNS rebinding names another host. Demands exactly one `Host` header, and checks the
/// authority of an absolute-form request target too.
pub(super) fn is_addressed_to_loopback(uri: &Uri, headers: &HeaderMap) -> bool {
    let target_is_loopback = uri.authority().is_none_or(is_loopback);
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| Authority::try_from(host.as_bytes()).ok());
    target_is_loopback && hosts.next().is_none() && host.as_ref().is_some_and(is_loopback)
}

/// Returns whether an authority is `localhost` or a loopback address, with or without a port, and
/// nothing else: no user name, no trailing dot.
fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let Some(port) = authority.as_str().strip_prefix(host) else { return false };
    let is_port =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    if !port.is_empty() && !port.strip_prefix(':').is_some_and(is_port) {
        return false;
    }
    let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let address = match literal {
        Some(literal) => literal.parse().map(IpAddr::V6),
        None => host.parse().map(IpAddr::V4),
    };
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_loopback_host(host: &str) -> bool {
        let headers = [(HOST, host.parse().unwrap())].into_iter().collect();
        is_addressed_to_loopback(&Uri::from_static("/dashboard"), &headers)
    }

    #[test]
    fn only_loopback_literals_and_localhost_are_loopback() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:7071", "127.8.0.9", "[::1]:80"] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in [
            "",
            " ",
            ":8080",
            "evil.example",
            "localhost.",
            "localhost.evil.example:80",
            "127.0.0.1.",
            "127.0.0.1.evil.example",
            "127.1",
            "2130706433",
            "0.0.0.0",
            "192.168.1.4:8080",
            "::1",
            "[127.0.0.1]",
            "[::]",
            "[::ffff:192.168.1.4]",
            "[fe80::1]",
            "[::1%lo]",
            "[::1]evil.example",
            "[::1",
            "localhost:",
            "localhost:http",
            "localhost:99999",
            "localhost:+80",
            "localhost:80:80",
            "localhost:80@evil.example",
            "evil.example@localhost",
            "localhost@localhost",
            "localhost, evil.example",
            "localhost/evil",
            "localhost#evil",
        ] {
            assert!(!is_loopback_host(host), "{host:?}");
        }
    }

    #[test]
    fn both_the_target_and_the_host_header_must_be_loopback() {
        let headers = |hosts: &[&'static str]| -> HeaderMap {
            hosts.iter().map(|host| (HOST, host.parse().unwrap())).collect()
        };
        let uri = |text: &'static str| Uri::from_static(text);
        let one = headers(&["localhost"]);
        assert!(is_addressed_to_loopback(&uri("http://127.0.0.1:80/dashboard"), &one));
        for target in ["http://evil/dashboard", "http://me@127.0.0.1/dashboard"] {
            assert!(!is_addressed_to_loopback(&uri(target), &one), "{target}");
        }
        for hosts in [&[][..], &["localhost", "localhost"], &["localhost", "evil"], &["evil"]] {
            let target = uri("http://127.0.0.1/dashboard");
            assert!(!is_addressed_to_loopback(&target, &headers(hosts)), "{hosts:?}");
        }
    }

    #[test]
    fn headers_of_proxies_are_found() {
        for name in ["Via", "Forwarded", "X-Forwarded-For", "X-FORWARDED-HOST", "X-Real-IP"] {
            let name: HeaderName = name.parse().unwrap();
            let headers = [(name.clone(), "x".parse().unwrap())].into_iter().collect();
            assert_eq!(forwarding_header(&headers), Some(&name));
        }
        let headers = [(HOST, "x".parse().unwrap())].into_iter().collect();
        assert_eq!(forwarding_header(&headers), None);
    }
}
