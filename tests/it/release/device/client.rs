//! The HTTP client of the simulated device.

use std::io::{Read, Write};
use std::net::TcpStream;

/// What arrived of a reply before the connection ended.
pub(super) struct Download {
    /// 0 if the head of the reply is incomplete.
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Requests a file from this offset.
pub(super) fn get(port: u16, target: &str, offset: u32) -> Download {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let range = if offset > 0 { format!("Range: bytes={offset}-\r\n") } else { String::new() };
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{range}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    // A connection that was cut may end with an error. What arrived before it counts.
    let _ = stream.read_to_end(&mut reply);
    let Some(end) = reply.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Download { status: 0, body: Vec::new() };
    };
    let head = String::from_utf8_lossy(&reply[..end]).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Download { status, body: reply.split_off(end + 4) }
}
