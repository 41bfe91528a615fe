//! A proxy that cuts connections in the middle of a reply.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

/// A running proxy. It serves one connection at a time and ends with the process.
pub(super) struct CuttingProxy {
    port: u16,
}

impl CuttingProxy {
    /// Each of `cuts` cuts one connection, in this order, after that number of bytes of the reply. Only
    /// connections whose request line contains `affected` are cut.
    pub(super) fn start(upstream: u16, affected: &'static str, cuts: Vec<usize>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut cuts = cuts.into_iter();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A failure is a connection that is lost, which the client has to survive anyway.
                let _ = forward(&client, upstream, |request| {
                    request.contains(affected).then(|| cuts.next()).flatten()
                });
                let _ = client.shutdown(Shutdown::Both);
            }
        });
        Self { port }
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }
}

/// Forwards a request without a body, and its reply. `limit` gets the request line and returns after how
/// many bytes the reply is cut.
fn forward(
    client: &TcpStream,
    upstream: u16,
    mut limit: impl FnMut(&str) -> Option<usize>,
) -> io::Result<()> {
    let mut lines = BufReader::new(client);
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        lines.read_line(&mut request)?;
    }
    let mut server = TcpStream::connect(("127.0.0.1", upstream))?;
    server.write_all(request.as_bytes())?;
    let limit = limit(request.lines().next().unwrap_or_default());
    let limit = limit.map_or(u64::MAX, |limit| limit as u64);
    io::copy(&mut server.take(limit), &mut &*client)?;
    Ok(())
}
