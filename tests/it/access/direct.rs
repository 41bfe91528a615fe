//! A dashboard without a password: it answers only requests that a client on this machine sends
//! directly, and no header can change that.

use tempfile::TempDir;

use super::PATHS;
use crate::host::{Reply, StandAlone};

/// A stand-alone dashboard without a password that knows the home `dev-1`.
struct Dashboard {
    stand_alone: StandAlone,
    _data: TempDir,
}

impl Dashboard {
    fn start() -> Self {
        let data = super::host(&[]).stop();
        Self { stand_alone: StandAlone::start(data.path(), &[]), _data: data }
    }

    fn send(&self, request_line: &str, headers: &str) -> Reply {
        self.stand_alone.send(format!("{request_line}\r\n{headers}\r\n").as_bytes())
    }

    fn assert_refused(&self, request_line: &str, headers: &str, status: u16) {
        let reply = self.send(request_line, headers);
        assert_eq!(reply.status, status, "{request_line} {headers:?}: {}", reply.text());
        assert!(!reply.text().contains("dev-1"), "{request_line} {headers:?}");
    }
}

/// Protects against DNS rebinding: another site's name that resolves to this machine.
#[test]
fn a_dashboard_without_password_answers_only_to_localhost_names() {
    let dashboard = Dashboard::start();
    for path in PATHS {
        let get = format!("GET {path} HTTP/1.1");
        for name in ["localhost:7071", "127.0.0.1", "[::1]:8080", "LocalHost"] {
            let reply = dashboard.send(&get, &format!("Host: {name}\r\n"));
            assert_eq!(reply.status, 200, "{path} for {name}");
        }
        for name in ["evil.example", "evil.example:8080", "localhost.evil.example", "192.168.1.4"] {
            dashboard.assert_refused(&get, &format!("Host: {name}\r\n"), 421);
        }
    }
}

#[test]
fn an_ambiguous_or_malformed_host_is_refused() {
    let dashboard = Dashboard::start();
    for headers in [
        "",
        "Host:\r\n",
        "Host: :8080\r\n",
        "Host: localhost.\r\n",
        "Host: 127.0.0.1.\r\n",
        "Host: 127.1\r\n",
        "Host: 0.0.0.0\r\n",
        "Host: [::]\r\n",
        "Host: [::ffff:192.168.1.4]\r\n",
        "Host: [fe80::1]\r\n",
        "Host: ::1\r\n",
        "Host: [::1]evil.example\r\n",
        "Host: localhost:\r\n",
        "Host: localhost:http\r\n",
        "Host: localhost:99999\r\n",
        "Host: localhost:80@evil.example\r\n",
        "Host: evil.example@localhost\r\n",
        "Host: localhost, evil.example\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: evil.example\r\nHost: localhost\r\n",
    ] {
        dashboard.assert_refused("GET /dashboard HTTP/1.1", headers, 421);
    }
    dashboard.assert_refused("GET /dashboard HTTP/1.0", "", 421);
}

/// The authority of an absolute-form target takes precedence over `Host`.
#[test]
fn an_absolute_target_with_another_authority_is_refused() {
    let dashboard = Dashboard::start();
    let host = "Host: localhost\r\n";
    for target in [
        "http://evil/dashboard",
        "http://evil.example:80/dashboard",
        "http://localhost.evil.example/dashboard",
        "http://localhost@evil.example/dashboard",
        "http://evil@localhost/dashboard",
    ] {
        dashboard.assert_refused(&format!("GET {target} HTTP/1.1"), host, 421);
    }
    let local = "GET http://127.0.0.1/dashboard HTTP/1.1";
    dashboard.assert_refused(local, "Host: evil.example\r\n", 421);
    assert_eq!(dashboard.send(local, host).status, 200);
}

/// A proxy on this machine makes every visitor of the network look local.
#[test]
fn a_request_that_a_proxy_forwards_is_refused() {
    let dashboard = Dashboard::start();
    for header in [
        "Forwarded: for=127.0.0.1;host=localhost",
        "Via: 1.1 proxy",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Host: localhost",
        "X-Forwarded-Host:",
        "x-forwarded-proto: https",
        "X-Real-IP: 127.0.0.1",
        "X-Original-URL: /dashboard",
        "CF-Connecting-IP: 127.0.0.1",
        "X-MS-CLIENT-PRINCIPAL-NAME: me@example.org",
    ] {
        for host in ["localhost", "evil.example"] {
            let headers = format!("Host: {host}\r\n{header}\r\n");
            dashboard.assert_refused("GET /dashboard HTTP/1.1", &headers, 403);
        }
    }
    let reply = dashboard.send("GET /dashboard HTTP/1.1", "Host: localhost\r\nVia: 1.1 proxy\r\n");
    assert!(reply.text().contains("DASHBOARD_AUTH=password"), "{}", reply.text());
}
