//! Azurite, the emulator of blob storage, as a child process that never outlives its test.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{BlobClient, Certificate, signature};
use crate::host::free_port;
use crate::prerequisites::skip_without;

/// How long it may take to start. It usually takes a second or two.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A running, empty emulator.
pub(crate) struct Azurite {
    child: Child,
    port: u16,
    certificate: Option<Certificate>,
    /// Its working directory, which contains its two outputs.
    directory: TempDir,
}

impl Azurite {
    /// Starts it without TLS. Prints a line and returns `None` if it is not installed.
    pub(crate) fn start() -> Option<Self> {
        Self::launch(None)
    }

    /// Starts it with TLS, so that it accepts tokens too.
    pub(crate) fn start_with_tls() -> Option<Self> {
        Self::launch(Some(Certificate::new()))
    }

    fn launch(certificate: Option<Certificate>) -> Option<Self> {
        let program = find_program()?;
        let port = free_port();
        let directory = TempDir::new().unwrap();
        let output = |name| File::create(directory.path().join(name)).unwrap();
        let mut command = Command::new(program);
        command.args(["--blobHost", "127.0.0.1", "--blobPort", &port.to_string()]);
        command.args(["--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"]);
        if let Some(certificate) = &certificate {
            command.args(["--oauth", "basic", "--cert"]).arg(certificate.file());
            command.arg("--key").arg(certificate.key_file());
        }
        command.current_dir(directory.path()).stdin(Stdio::null());
        let child = command.stdout(output("stdout")).stderr(output("stderr")).spawn().unwrap();
        let mut azurite = Self { child, port, certificate, directory };
        azurite.wait_until_ready();
        Some(azurite)
    }

    fn wait_until_ready(&mut self) {
        let started = Instant::now();
        while BlobClient::connect(self.port, self.certificate.as_ref()).is_err() {
            assert_eq!(self.child.try_wait().unwrap(), None, "Azurite ended: {}", self.output());
            assert!(
                started.elapsed() < START_TIMEOUT,
                "Azurite never became ready: {}",
                self.output()
            );
            thread::sleep(Duration::from_millis(25));
        }
    }

    /// Creates a container.
    pub(crate) fn container(&self, name: &str) -> BlobClient {
        let mut blobs = BlobClient::connect(self.port, self.certificate.as_ref()).unwrap();
        blobs.create_container(name);
        blobs
    }

    /// A container's URL without a signature.
    pub(crate) fn address(&self, container: &str) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}/{}/{container}", self.port, signature::ACCOUNT)
    }

    /// A container's URL with a signature that permits reading and listing.
    pub(crate) fn signed_address(&self, container: &str) -> String {
        format!("{}?{}", self.address(container), signature::query("rl"))
    }

    /// A container's URL with a signature that permits writing too.
    pub(crate) fn writable_address(&self, container: &str) -> String {
        format!("{}?{}", self.address(container), signature::query("rwlac"))
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// The file of its certificate, for `SSL_CERT_FILE`.
    pub(crate) fn certificate_file(&self) -> PathBuf {
        self.certificate.as_ref().unwrap().file()
    }

    /// The number of listing pages it has served. Makes one more request with
    /// `blobs` and counts everything that was served before it.
    pub(crate) fn listing_count(&self, blobs: &mut BlobClient) -> usize {
        let marker = blobs.log_marker();
        let started = Instant::now();
        loop {
            let log = fs::read_to_string(self.directory.path().join("stdout")).unwrap();
            if log.contains(&marker) {
                return log.lines().filter(|line| line.contains("comp=list")).count();
            }
            assert!(started.elapsed() < START_TIMEOUT, "Azurite logs no requests: {log}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Kills it; its port then refuses connections.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn output(&self) -> String {
        let read = |name| fs::read_to_string(self.directory.path().join(name)).unwrap_or_default();
        format!("{}{}", read("stdout"), read("stderr"))
    }
}

impl Drop for Azurite {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            let output = self.output();
            let lines: Vec<_> = output.lines().collect();
            let last = lines[lines.len().saturating_sub(20)..].join("\n");
            eprintln!("--- last output of Azurite ---\n{last}");
        }
    }
}

/// Finds Azurite, which `cargo xtask test` installs below `target`. Without it
/// the test is skipped, or fails if skipping is not allowed.
fn find_program() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/npm/node_modules/.bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places: Vec<_> = std::iter::once(own).chain(std::env::split_paths(&path)).collect();
    let find =
        |name: &str| places.iter().map(|directory| directory.join(name)).find(|p| p.is_file());
    if let (Some(azurite), Some(_)) = (find("azurite-blob"), find("node")) {
        return Some(azurite);
    }
    skip_without("Azurite with Node.js");
    None
}
