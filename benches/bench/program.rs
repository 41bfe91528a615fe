//! Starts the program as the Functions host does, and measures its memory.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::table::Table;

/// The password of the dashboard.
const PASSWORD: &str = "correct horse battery";

/// [`PASSWORD`] as the value of an `Authorization` header, with the user name `me`.
pub(crate) const AUTHORIZATION: &str = "Basic bWU6Y29ycmVjdCBob3JzZSBiYXR0ZXJ5";

/// A running program, which is killed on drop.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) started_in: Duration,
}

impl Program {
    /// Starts the program that cargo built for this run, with its data in `data`.
    pub(crate) fn start(data: &Path) -> Self {
        let data =
            [("CLOUDSMETS_DATA_DIR", data.to_str().unwrap()), ("DASHBOARD_PASSWORD", PASSWORD)];
        Self::start_with(Path::new(env!("CARGO_BIN_EXE_cloudsmets")), &data).expect("it serves")
    }

    /// Starts a program with these settings and waits for its first response. Returns `None` if the
    /// program ends before that.
    pub(crate) fn start_with(program: &Path, settings: &[(&str, &str)]) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).unwrap().port();
        let start = Instant::now();
        let mut child = Command::new(program)
            .env_clear()
            .env("FUNCTIONS_CUSTOMHANDLER_PORT", port.to_string())
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        while !is_answering(address) {
            if child.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        Some(Self { child, address, started_in: start.elapsed() })
    }

    /// Returns the resident memory in MB.
    fn resident_megabytes(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        let kb: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kb / 1_024.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_answering(address: SocketAddr) -> bool {
    let request = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = [0; 16];
        let length = stream.read(&mut answer)?;
        Ok(answer[..length].starts_with(b"HTTP/1.1"))
    };
    request().unwrap_or(false)
}

pub(crate) fn measure(table: &mut Table) {
    let data = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let program = Program::start(data.path());
    std::thread::sleep(Duration::from_secs(1));
    table.row("idle resident memory", program.resident_megabytes(), "MB", None);
}
