//! Clients without a password that try to exhaust the program.

use std::fs;
use std::io::Read;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::StandAlone;
use crate::host::{Connection, FunctionsHost, head};

/// The peak resident memory of a process, in kB.
fn peak_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A request of at least `size` bytes whose header is not complete.
fn unfinished_header(size: usize) -> Vec<u8> {
    let mut request = head("GET", "/dashboard", &[]);
    request.truncate(request.len() - 2);
    while request.len() < size {
        let line = format!("X-Fill-{}: {}\r\n", request.len(), "x".repeat(4_000));
        request.extend(line.bytes());
    }
    request
}

/// Without a limit, these headers took 614 MB.
#[test]
fn two_thousand_unfinished_headers_take_little_memory() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    let server = StandAlone::start();
    let before = peak_memory(server.program.id());
    let (small, large) = (unfinished_header(10_000), unfinished_header(300_000));
    let mut connections = Vec::new();
    for index in 0..2_000 {
        let mut connection = server.connect();
        // The program may refuse the header before all of it is sent.
        let _ = connection.write(if index % 4 == 0 { &large } else { &small });
        connections.push(connection);
    }
    // At most 512 stay open until their time-out, and those are the latest.
    for connection in connections.iter().take(1_200) {
        let _ = connection.writer().unwrap().read_to_end(&mut Vec::new());
    }
    assert_eq!(server.get("/dashboard").status, 200);
    let growth = peak_memory(server.program.id()) - before;
    println!("{growth} kB more");
    assert!(growth < 48 << 10, "{growth} kB more");
}

#[test]
fn idle_connections_do_not_lock_others_out_when_descriptors_are_few() {
    let server = StandAlone::start_with_descriptors(64);
    let idle: Vec<_> = (0..80).map(|_| server.connect()).collect();
    for _ in 0..3 {
        assert_eq!(server.get("/dashboard").status, 200);
        assert_eq!(server.get("/dashboard/api/v1/homes").status, 200);
    }
    drop(idle);
    let log = server.program.stdout();
    assert_eq!(log.matches("the connection limit is reached").count(), 1, "{log}");
    assert!(!log.contains("no connection can be accepted"), "{log}");
}

/// The status that answers a header of about this size.
fn status_of_header(mut connection: Connection, size: usize) -> u16 {
    let mut request = unfinished_header(size);
    request.extend(b"\r\n");
    connection.write(&request).unwrap();
    connection.reply().unwrap().status
}

#[test]
fn a_header_beyond_the_limit_is_answered_with_431() {
    let server = StandAlone::start();
    assert_eq!(status_of_header(server.connect(), 10_000), 200);
    assert_eq!(status_of_header(server.connect(), 17_000), 431);
}

/// Azure's sign-in adds tokens to requests.
#[test]
fn the_functions_host_may_send_large_headers() {
    let host = FunctionsHost::start();
    let status = |size| status_of_header(host.connect(), size);
    assert_ne!(status(60_000), 431);
    assert_eq!(status(70_000), 431);
}

#[test]
fn http_2_is_refused() {
    let server = StandAlone::start();
    let host = FunctionsHost::start();
    for mut connection in [server.connect(), host.connect()] {
        connection.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
        let mut reply = Vec::new();
        let _ = connection.writer().unwrap().read_to_end(&mut reply);
        let text = String::from_utf8_lossy(&reply);
        assert!(reply.is_empty() || reply.starts_with(b"HTTP/1.1 4"), "{text}");
    }
}
