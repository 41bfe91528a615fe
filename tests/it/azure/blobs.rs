//! Writes blobs to the emulator over one kept-alive connection.

use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::{Certificate, signature};
use crate::host::{Reply, head, read_reply};
use crate::latest_version::rollout;

/// The characters that are escaped in a URL.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'$');

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

/// A client of one container with all permissions.
pub(crate) struct BlobClient {
    port: u16,
    /// For a connection with TLS.
    tls: Option<Arc<ClientConfig>>,
    stream: BufReader<Box<dyn Stream>>,
    container: String,
    /// The versions that are published for all devices.
    published: Vec<String>,
    markers: usize,
}

impl BlobClient {
    /// Connects and makes one request to check that the emulator responds.
    pub(super) fn connect(port: u16, certificate: Option<&Certificate>) -> io::Result<Self> {
        let tls = certificate.map(Certificate::client_config);
        let stream = open_stream(port, tls.as_ref())?;
        let (container, published, markers) = (String::new(), Vec::new(), 0);
        let mut blobs = Self { port, tls, stream, container, published, markers };
        blobs.round_trip("GET", "nothing", "", b"")?;
        Ok(blobs)
    }

    pub(super) fn create_container(&mut self, name: &str) {
        self.container = name.to_owned();
        let reply = self.round_trip("PUT", "", "restype=container", b"").unwrap();
        assert_eq!(reply.status, 201, "{}", reply.text());
    }

    pub(crate) fn put(&mut self, name: &str, content: &[u8]) {
        let reply = self.round_trip("PUT", name, "", content).unwrap();
        assert_eq!(reply.status, 201, "{name}: {}", reply.text());
    }

    /// Publishes versions for all devices, without images.
    pub(crate) fn publish(&mut self, versions: &[&str]) {
        self.published.extend(versions.iter().map(|version| (*version).to_owned()));
        let rollout = rollout(self.published.iter().map(|version| (version.as_str(), 100)));
        self.put("releases.json", rollout.to_string().as_bytes());
        for version in versions {
            self.put(&format!("{version}/manifest.json"), b"{}");
        }
    }

    /// A blob with its headers.
    pub(crate) fn get(&mut self, name: &str) -> Reply {
        self.round_trip("GET", name, "", b"").unwrap()
    }

    /// The names of all blobs, of which there are fewer than a page.
    pub(crate) fn names(&mut self) -> Vec<String> {
        let query = "restype=container&comp=list";
        let listing = self.round_trip("GET", "", query, b"").unwrap().text();
        let names = listing.split("<Name>").skip(1);
        names.map(|rest| rest.split_once("</Name>").unwrap().0.to_owned()).collect()
    }

    /// Requests a blob with a unique name and returns the name, which then appears in the log.
    pub(super) fn log_marker(&mut self) -> String {
        self.markers += 1;
        let name = format!("marker-{}-{}", std::process::id(), self.markers);
        self.round_trip("GET", &name, "", b"").unwrap();
        name
    }

    fn round_trip(
        &mut self,
        method: &str,
        blob: &str,
        query: &str,
        body: &[u8],
    ) -> io::Result<Reply> {
        let permissions = signature::query("rwdlac");
        let path = format!("/{}/{}/{blob}", signature::ACCOUNT, self.container);
        let path = utf8_percent_encode(path.trim_end_matches('/'), ESCAPED);
        let target = format!("{path}?{query}&{permissions}");
        let length = body.len().to_string();
        let headers = [("Content-Length", length.as_str()), ("x-ms-blob-type", "BlockBlob")];
        let request = [head(method, &target, &headers), body.to_vec()].concat();
        // The emulator closes a connection that was idle for a few seconds. All requests can be repeated.
        if let Ok(reply) = self.send(&request) {
            return Ok(reply);
        }
        self.stream = open_stream(self.port, self.tls.as_ref())?;
        self.send(&request)
    }

    fn send(&mut self, request: &[u8]) -> io::Result<Reply> {
        self.stream.get_mut().write_all(request)?;
        self.stream.get_mut().flush()?;
        read_reply(&mut self.stream)
    }
}

fn open_stream(
    port: u16,
    tls: Option<&Arc<ClientConfig>>,
) -> io::Result<BufReader<Box<dyn Stream>>> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    let stream: Box<dyn Stream> = match tls {
        Some(config) => {
            let name = ServerName::try_from("127.0.0.1").unwrap();
            let session = ClientConnection::new(Arc::clone(config), name);
            Box::new(StreamOwned::new(session.unwrap(), stream))
        }
        None => Box::new(stream),
    };
    Ok(BufReader::new(stream))
}
