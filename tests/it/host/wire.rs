//! HTTP/1.1 over a plain socket, so that a test controls every byte.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Long enough for the slowest reply of a debug build on a busy machine.
const IO_TIMEOUT: Duration = Duration::from_secs(120);

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn parse(text: &str) -> Self {
        read_reply(&mut text.as_bytes()).unwrap()
    }

    /// A header's value. The name must be in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} is not JSON: {error}: {}", self.status, self.text()))
    }
}

/// A kept-alive connection.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

pub(crate) fn read_reply(stream: &mut impl BufRead) -> io::Result<Reply> {
    let (status, headers) = read_head(stream)?;
    let mut reply = Reply { status, headers, body: Vec::new() };
    reply.body = read_body(stream, &reply)?;
    Ok(reply)
}

/// Reads a status and headers.
fn read_head(stream: &mut impl BufRead) -> io::Result<(u16, Vec<(String, String)>)> {
    let broken = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let status = read_line(stream)?;
    let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| broken("no status line"))?;
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| broken("a bad header"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok((status, headers))
}

fn read_body(stream: &mut impl BufRead, reply: &Reply) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if let Some(length) = reply.header("content-length") {
        body.resize(length.parse().map_err(io::Error::other)?, 0);
        stream.read_exact(&mut body)?;
    } else if reply.header("transfer-encoding") == Some("chunked") {
        loop {
            let size = read_line(stream)?;
            let size = usize::from_str_radix(&size, 16).map_err(io::Error::other)?;
            let start = body.len();
            body.resize(start + size, 0);
            stream.read_exact(&mut body[start..])?;
            read_line(stream)?;
            if size == 0 {
                break;
            }
        }
    }
    Ok(body)
}

fn read_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

impl Connection {
    pub(crate) fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(IO_TIMEOUT))?;
        stream.set_write_timeout(Some(IO_TIMEOUT))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sends bytes unchanged and at once.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Sends a request and waits for its reply.
    pub(crate) fn round_trip(&mut self, request: &[u8]) -> io::Result<Reply> {
        self.write(request)?;
        self.reply()
    }

    /// Returns a second handle to the socket, to write from another thread.
    pub(crate) fn writer(&self) -> io::Result<TcpStream> {
        self.stream.get_ref().try_clone()
    }

    /// Waits until the program has closed the connection without sending anything more.
    pub(crate) fn assert_closed(&mut self) {
        let mut byte = [0];
        match self.stream.read(&mut byte) {
            Ok(0) => {}
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            other => panic!("the connection is still open: {other:?}"),
        }
    }

    /// Sends a `HEAD` request. The body of the reply is everything that the program sends after the
    /// head until it closes the connection.
    pub(crate) fn reply_to_head(
        mut self,
        target: &str,
        headers: &[(&str, &str)],
    ) -> io::Result<Reply> {
        self.write(&head("HEAD", target, &[headers, &[("Connection", "close")]].concat()))?;
        let (status, headers) = read_head(&mut self.stream)?;
        let mut body = Vec::new();
        self.stream.read_to_end(&mut body)?;
        Ok(Reply { status, headers, body })
    }

    /// Closes both directions at once.
    pub(crate) fn shut_down(self) {
        let _ = self.stream.get_ref().shutdown(Shutdown::Both);
    }

    pub(crate) fn reply(&mut self) -> io::Result<Reply> {
        read_reply(&mut self.stream)
    }
}

/// A request's head. A `Host` header is added unless there is one.
pub(crate) fn head(method: &str, target: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        head.push_str("Host: 127.0.0.1\r\n");
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Returns a whole `POST` request of JSON, with the headers that the Functions host sends.
pub(crate) fn post(target: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len().to_string();
    let headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Content-Length", &length),
        ("X-Azure-Functions-InvocationId", "24ad4c06-24ad-4e5b-8294-3da9714877e9"),
    ];
    [head("POST", target, &headers), body.to_vec()].concat()
}
