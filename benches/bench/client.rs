//! A client with little overhead: prepared requests over connections that stay open.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(1 << 20) }
    }

    /// Sends a request, reads the whole response, which must have status 200, and returns the
    /// length of its body.
    pub(crate) async fn round_trip(&mut self, request: &[u8]) -> usize {
        self.stream.write_all(request).await.unwrap();
        self.buffer.clear();
        loop {
            assert_ne!(self.stream.read_buf(&mut self.buffer).await.unwrap(), 0, "closed early");
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = std::str::from_utf8(&self.buffer[..end]).unwrap().to_ascii_lowercase();
                assert!(head.starts_with("http/1.1 200"), "{head}");
                let length = head.split("content-length: ").nth(1).unwrap();
                let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
                while self.buffer.len() < end + 4 + length {
                    self.stream.read_buf(&mut self.buffer).await.unwrap();
                }
                return length;
            }
        }
    }
}

/// Sends all requests with `in_flight` of them in flight, and returns the time that it took.
pub(crate) fn send_all(address: SocketAddr, requests: Vec<Vec<u8>>, in_flight: usize) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut parts: Vec<Vec<Vec<u8>>> = (0..in_flight).map(|_| Vec::new()).collect();
        for (index, request) in requests.into_iter().enumerate() {
            parts[index % in_flight].push(request);
        }
        let mut connections = Vec::new();
        for part in parts {
            connections.push((Connection::open(address).await, part));
        }
        let start = Instant::now();
        let tasks: Vec<_> = connections
            .into_iter()
            .map(|(mut connection, part)| {
                tokio::spawn(async move {
                    for request in part {
                        connection.round_trip(&request).await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        start.elapsed()
    })
}
