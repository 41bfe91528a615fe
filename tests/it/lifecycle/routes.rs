//! The routes that the custom handler and the stand-alone program serve.

use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::host::{Batch, Connection, FunctionsHost, Program, documents, free_port, head, post};

/// Polls a stand-alone program until it answers.
pub(crate) fn wait_until_ready(program: &mut Program, address: &str) {
    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    let started = Instant::now();
    loop {
        let answer = Connection::open(port).and_then(|mut c| c.round_trip(&head("GET", "/", &[])));
        if answer.is_ok() {
            return;
        }
        assert_eq!(program.exit_status(), None, "{}", program.stderr());
        assert!(started.elapsed() < Duration::from_secs(30), "it never answered");
        thread::sleep(Duration::from_millis(25));
    }
}

/// Nothing may write readings over plain HTTP.
#[test]
fn stand_alone_telemetry_cannot_be_posted() {
    let port = free_port();
    let address = format!("127.0.0.1:{port}");
    let data = TempDir::new().unwrap();
    let settings = [
        ("CLOUDSMETS_LISTEN", address.as_str()),
        ("CLOUDSMETS_DATA_DIR", data.path().to_str().unwrap()),
    ];
    for arguments in [&[][..], &["serve"]] {
        let mut program = Program::start(arguments, &settings);
        wait_until_ready(&mut program, &address);
        let event = crate::dialect::Dialect::V1.event("dev-1", 1_767_322_800, 5_000);
        let body = Batch::new(vec![event]).body(Some(0));
        let mut connection = Connection::open(port).unwrap();
        let reply = connection.round_trip(&post("/mqtt-receiver", &body)).unwrap();
        assert_eq!(reply.status, 404);
        let page = connection.round_trip(&head("GET", "/dashboard", &[])).unwrap();
        assert_eq!(page.status, 200);
        program.kill();
        assert!(documents(data.path()).is_empty());
    }
}

/// The host forwards HTTP functions with their original path and query, and adds its own headers.
#[test]
fn http_functions_receive_the_original_path_and_query() {
    let host = FunctionsHost::start();
    let event = crate::dialect::Dialect::V1.event("dev-1", 1_767_322_800, 5_000);
    host.deliver(&Batch::new(vec![event]));
    let proxied = [
        ("Host", "localhost:7071"),
        ("X-Azure-Functions-HostVersion", "4.1052.200.0"),
        ("X-Azure-Functions-InvocationId", "24ad4c06-24ad-4e5b-8294-3da9714877e9"),
        ("x-ms-invocation-id", "24ad4c06-24ad-4e5b-8294-3da9714877e9"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ];
    let get = |target| host.get_with(target, &proxied);
    let usage = get(
        "/dashboard/api/v1/homes/dev-1/usage?fuel=electricity&from=2026-01-02&to=2026-01-03&step=half-hour&code=abc%3D%3D",
    );
    assert_eq!(usage.status, 200, "{}", usage.text());
    assert_eq!(usage.json()["intervals"].as_array().unwrap().len(), 48);
    assert_eq!(get("/latest-version?dev&code=abc").status, 404);
    assert_eq!(get("/api/latest-version").status, 404);
    assert_eq!(get("/dashboard/homes/dev-1?code=abc").status, 200);
    // The host's probe and a visitor's `GET /` differ in one header only.
    assert_eq!(get("/").status, 200);
}

/// The log has to show which call of the host a server error belongs to.
#[test]
fn a_server_error_is_logged_with_its_method_route_and_invocation() {
    let settings = [
        ("WEBSITE_SITE_NAME", "app"),
        ("CLOUDSMETS_DATA_DIR", ""),
        ("RELEASES_URL", "file:///nowhere"),
        ("DASHBOARD_AUTH", "password"),
        ("DASHBOARD_PASSWORD", "another horse battery"),
        ("RUST_LOG", "warn,cloudsmets=debug"),
    ];
    let host = FunctionsHost::start_with(&settings);
    let credentials = crate::host::basic_credentials("another horse battery");
    let invocation = "24ad4c06-24ad-4e5b-8294-3da9714877e9";
    let headers =
        [("Authorization", credentials.as_str()), ("X-Azure-Functions-InvocationId", invocation)];
    let path = "/dashboard/homes/some-home/day/2026-01-02";
    assert_eq!(host.get_without_password(path, &headers).status, 503);
    let log = host.program.stdout();
    let lines = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let of_request: Vec<_> =
        lines.filter(|line| line["span"]["invocation.id"] == invocation).collect();
    assert_eq!(of_request.len(), 2, "{log}");
    let (error, response) = (&of_request[0], &of_request[1]);
    assert_eq!((&error["level"], &error["status"]), (&"ERROR".into(), &503.into()), "{log}");
    for line in [error, response] {
        assert_eq!(line["span"]["http.method"], "GET", "{log}");
        let route = "/dashboard/homes/{home}/{period}/{date}";
        assert_eq!(line["span"]["http.route"], route, "{log}");
    }
    assert_eq!(response["span"]["http.status"], 503, "{log}");
}
