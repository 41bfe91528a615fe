//! A small HTTP server with replies chosen by the test.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

/// Maps a request's head to the reply; `None` never replies.
type Responder = dyn Fn(&str) -> Option<String> + Send + Sync;

/// How long to wait for an expected request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// A running server. Its port is closed on drop.
pub(crate) struct StubServer {
    port: u16,
    is_stopped: Arc<AtomicBool>,
    seen: Mutex<Vec<String>>,
    receiver: Mutex<mpsc::Receiver<String>>,
}

impl StubServer {
    pub(crate) fn start(answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_stopped = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = mpsc::channel();
        let answer: Arc<Responder> = Arc::new(answer);
        let stopped = Arc::clone(&is_stopped);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let (answer, sender) = (Arc::clone(&answer), sender.clone());
                thread::spawn(move || serve(&stream.unwrap(), &*answer, &sender));
            }
        });
        Self { port, is_stopped, seen: Mutex::default(), receiver: Mutex::new(receiver) }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The heads of all requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        let mut seen = self.seen.lock().unwrap();
        seen.extend(self.receiver.lock().unwrap().try_iter());
        seen.clone()
    }

    /// Waits for a request that has not been returned yet.
    pub(crate) fn next_request(&self) -> String {
        let next = self.receiver.lock().unwrap().recv_timeout(REQUEST_TIMEOUT).unwrap();
        self.seen.lock().unwrap().push(next.clone());
        next
    }
}

impl Drop for StubServer {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Serves a connection's requests, which have no bodies.
fn serve(stream: &TcpStream, answer: &Responder, sender: &mpsc::Sender<String>) {
    let mut lines = BufReader::new(stream).lines();
    loop {
        let head: Vec<_> =
            lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        if head.is_empty() {
            return;
        }
        let head = head.join("\n");
        let _ = sender.send(head.clone());
        match answer(&head) {
            Some(reply) if { stream }.write_all(reply.as_bytes()).is_ok() => {}
            Some(_) => return,
            // Keep the connection open until the client closes it.
            None => lines.by_ref().map_while(Result::ok).for_each(drop),
        }
    }
}

pub(crate) fn reply(status: u16, content_type: &str, body: &str) -> String {
    reply_with(status, &[("Content-Type", content_type)], body)
}

pub(crate) fn reply_with(status: u16, headers: &[(&str, &str)], body: &str) -> String {
    let mut reply = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        reply.push_str(&format!("{name}: {value}\r\n"));
    }
    reply + "\r\n" + body
}
