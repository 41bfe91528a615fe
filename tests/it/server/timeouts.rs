//! Clients that are too slow are cut off, and no others.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use cloudsmets::server::Limits;
use hyper::body::Frame;
use tokio::sync::Notify;

use super::in_process::{SHORT, Server, UNLIMITED};
use crate::host::head;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
const UNFINISHED_HEADER: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0";

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

#[test]
fn a_connection_with_an_unfinished_header_is_closed() {
    let server = Server::start(Limits { header: SHORT, ..UNLIMITED }, hello());
    let mut connection = server.connect();
    connection.write(UNFINISHED_HEADER).unwrap();
    connection.assert_closed();
}

#[test]
fn an_unfinished_header_after_a_request_is_closed_too() {
    let server = Server::start(Limits { header: SHORT, ..UNLIMITED }, hello());
    let mut connection = server.connect();
    assert_eq!(connection.round_trip(REQUEST).unwrap().status, 200);
    connection.write(UNFINISHED_HEADER).unwrap();
    connection.assert_closed();
}

#[test]
fn an_idle_connection_is_closed() {
    let server = Server::start(Limits { idle: SHORT, ..UNLIMITED }, hello());
    let mut connection = server.connect();
    assert_eq!(connection.round_trip(REQUEST).unwrap().status, 200);
    connection.assert_closed();
    server.connect().assert_closed();
}

/// The Functions host reuses idle connections.
#[test]
fn an_idle_connection_outlives_the_time_out_of_headers() {
    let server = Server::start(Limits { header: SHORT, ..UNLIMITED }, hello());
    let (mut used, mut unused) = (server.connect(), server.connect());
    assert_eq!(used.round_trip(REQUEST).unwrap().status, 200);
    for _ in 0..3 {
        let mut slow = server.connect();
        slow.write(UNFINISHED_HEADER).unwrap();
        slow.assert_closed();
    }
    assert_eq!(used.round_trip(REQUEST).unwrap().status, 200);
    assert_eq!(unused.round_trip(REQUEST).unwrap().status, 200);
}

#[test]
fn a_response_may_take_longer_than_the_time_outs() {
    let (started, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (is_started, is_released) = (Arc::clone(&started), Arc::clone(&release));
    let handler = async move || {
        is_started.notify_one();
        is_released.notified().await;
        "late"
    };
    let limits = Limits { header: SHORT, idle: SHORT, body: SHORT, write: SHORT, ..UNLIMITED };
    let server = Server::start(limits, Router::new().route("/", get(handler)));
    let mut slow = server.connect();
    slow.write(REQUEST).unwrap();
    server.wait_for(&started);
    for _ in 0..3 {
        server.connect().assert_closed();
    }
    release.notify_one();
    assert_eq!(slow.reply().unwrap().text(), "late");
}

#[test]
fn a_body_that_stops_is_refused() {
    let router = Router::new().route("/", post(|body: Bytes| async move { body }));
    let server = Server::start(Limits { body: SHORT, ..UNLIMITED }, router);
    let mut connection = server.connect();
    connection.write(&head("POST", "/", &[("Content-Length", "10")])).unwrap();
    connection.write(b"abc").unwrap();
    assert_eq!(connection.reply().unwrap().status, 400);
    connection.assert_closed();
}

/// A response body that never ends. It sends a message when it is dropped.
struct Endless(mpsc::Sender<()>);

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 8_192])))))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[test]
fn a_client_that_reads_nothing_is_cut_off() {
    let (sender, dropped) = mpsc::channel();
    let handler = async move || Body::new(Endless(sender));
    let limits = Limits { write: SHORT, ..UNLIMITED };
    let server = Server::start(limits, Router::new().route("/", get(handler)));
    let mut connection = server.connect();
    connection.write(REQUEST).unwrap();
    dropped.recv().unwrap();
}

#[test]
fn a_request_has_its_clients_address() {
    let handler = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string();
    let server = Server::start(UNLIMITED, Router::new().route("/", get(handler)));
    let mut connection = server.connect();
    let own_address = connection.writer().unwrap().local_addr().unwrap();
    let reply = connection.round_trip(REQUEST).unwrap();
    assert_eq!(reply.text(), own_address.to_string());
}

#[test]
fn a_request_in_flight_is_answered_during_a_shutdown() {
    let (started, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (is_started, is_released) = (Arc::clone(&started), Arc::clone(&release));
    let handler = async move || {
        is_started.notify_one();
        is_released.notified().await;
        "done"
    };
    let mut server = Server::start(UNLIMITED, Router::new().route("/", get(handler)));
    let (mut idle, mut busy) = (server.connect(), server.connect());
    busy.write(REQUEST).unwrap();
    server.wait_for(&started);
    server.shut_down();
    idle.assert_closed();
    release.notify_one();
    assert_eq!(busy.reply().unwrap().text(), "done");
    busy.assert_closed();
}
