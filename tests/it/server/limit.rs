//! At the limit of connections, those that wait for their client make room.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use cloudsmets::server::Limits;
use tokio::sync::Notify;

use super::in_process::{Server, UNLIMITED};
use crate::host::head;

fn server(connections: usize, router: Router) -> Server {
    Server::start(Limits { connections: Some(connections), ..UNLIMITED }, router)
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

#[test]
fn the_connection_that_has_been_idle_longest_makes_room() {
    let server = server(2, hello());
    let request = head("GET", "/", &[]);
    let (mut first, mut second) = (server.connect(), server.connect());
    assert_eq!(first.round_trip(&request).unwrap().status, 200);
    assert_eq!(second.round_trip(&request).unwrap().status, 200);
    assert_eq!(first.round_trip(&request).unwrap().status, 200);
    let mut third = server.connect();
    assert_eq!(third.round_trip(&request).unwrap().status, 200);
    second.assert_closed();
    assert_eq!(first.round_trip(&request).unwrap().status, 200);
}

#[test]
fn an_unfinished_request_makes_room() {
    let router = hello().route("/", post(|body: Bytes| async move { body }));
    let server = server(1, router);
    for unfinished in [
        b"GET / HTT".to_vec(),
        [head("POST", "/", &[("Content-Length", "10")]), b"abc".to_vec()].concat(),
    ] {
        let mut slow = server.connect();
        slow.write(&unfinished).unwrap();
        let mut next = server.connect();
        assert_eq!(next.round_trip(&head("GET", "/", &[])).unwrap().status, 200);
        slow.assert_closed();
    }
}

#[test]
fn a_request_that_is_being_answered_is_not_cut_off() {
    let (started, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (is_started, is_released) = (Arc::clone(&started), Arc::clone(&release));
    let handler = async move || {
        is_started.notify_one();
        is_released.notified().await;
        "done"
    };
    let server = server(1, hello().route("/slow", get(handler)));
    let (mut slow, mut waiting) = (server.connect(), None);
    slow.write(&head("GET", "/slow", &[])).unwrap();
    server.wait_for(&started);
    for _ in 0..3 {
        let mut connection = server.connect();
        connection.write(&head("GET", "/", &[])).unwrap();
        waiting = Some(connection);
    }
    release.notify_one();
    assert_eq!(slow.reply().unwrap().text(), "done");
    assert_eq!(waiting.unwrap().reply().unwrap().text(), "hello");
}
