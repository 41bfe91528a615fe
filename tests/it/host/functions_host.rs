//! Starts and restarts the custom handler.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tempfile::TempDir;

use super::{Connection, Program, Reply, Settings, free_port, head};

/// The password of the dashboard, unless a test chooses another kind of authentication.
const PASSWORD: &str = "correct horse battery";

/// How often the host probes the handler until it is ready.
const PROBE_INTERVAL: Duration = Duration::from_millis(25);
/// When the host gives up.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// The host with a running handler and the handler's data directory.
pub(crate) struct FunctionsHost {
    pub(crate) program: Program,
    pub(crate) port: u16,
    data: TempDir,
    settings: Vec<(String, String)>,
    /// The folder of the unpacked package, if the handler is started from one.
    package: Option<PathBuf>,
}

impl FunctionsHost {
    /// Starts the handler on an empty data directory.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts the handler with further settings.
    pub(crate) fn start_with(settings: Settings<'_>) -> Self {
        Self::launch(TempDir::new().unwrap(), settings, None)
    }

    /// Starts the handler of an unpacked package, in its folder.
    pub(crate) fn start_package(folder: &Path, settings: Settings<'_>) -> Self {
        Self::launch(TempDir::new().unwrap(), settings, Some(folder.to_owned()))
    }

    /// Starts the handler on an existing data directory.
    pub(crate) fn start_on(data: TempDir) -> Self {
        Self::launch(data, &[], None)
    }

    fn launch(data: TempDir, settings: Settings<'_>, package: Option<PathBuf>) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let settings: Vec<_> = settings.iter().map(owned).collect();
        let (program, port) = launch(data.path(), &settings, package.as_deref());
        Self { program, port, data, settings, package }
    }

    /// Kills the handler and starts it again on the same data and a new port, as
    /// the host does after a crash.
    pub(crate) fn restart(&mut self) {
        self.program.kill();
        (self.program, self.port) =
            launch(self.data.path(), &self.settings, self.package.as_deref());
    }

    /// Kills the handler and returns its data directory.
    pub(crate) fn stop(mut self) -> TempDir {
        self.program.kill();
        self.data
    }

    pub(crate) fn data_dir(&self) -> &Path {
        self.data.path()
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::open(self.port).unwrap()
    }

    /// Sends a `GET` request with the dashboard's password over a new connection.
    pub(crate) fn get(&self, target: &str) -> Reply {
        self.get_with(target, &[])
    }

    /// Like [`Self::get`], with further headers.
    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        let credentials = Self::credentials();
        let password = ("Authorization", credentials.as_str());
        self.get_without_password(target, &[&[password], headers].concat())
    }

    /// Returns the value of the `Authorization` header that [`Self::get`] sends.
    pub(crate) fn credentials() -> String {
        basic_credentials(PASSWORD)
    }

    /// Sends a `GET` request with exactly these headers.
    pub(crate) fn get_without_password(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        self.connect().round_trip(&head("GET", target, headers)).unwrap()
    }

    /// Gets data from the dashboard's API. Panics unless the status is 200.
    pub(crate) fn data(&self, target: &str) -> serde_json::Value {
        let reply = self.get(&format!("/dashboard/api/v1/{target}"));
        assert_eq!(reply.status, 200, "{target}: {}", reply.text());
        assert_eq!(reply.header("content-type"), Some("application/json"), "{target}");
        reply.json()
    }

    /// Panics unless the handler still responds.
    pub(crate) fn assert_alive(&mut self) {
        assert_eq!(self.program.exit_status(), None, "the program ended");
        assert_eq!(self.get("/").status, 200);
    }
}

fn launch(data: &Path, settings: &[(String, String)], package: Option<&Path>) -> (Program, u16) {
    // Another process can take the port between the check and the bind; like the host, try another.
    (0..5).find_map(|_| try_launch(data, settings, package)).expect("the handler starts")
}

fn try_launch(
    data: &Path,
    settings: &[(String, String)],
    package: Option<&Path>,
) -> Option<(Program, u16)> {
    let port = free_port();
    let number = port.to_string();
    let root = package.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")));
    let worker = "24ad4c06-24ad-4e5b-8294-3da9714877e9";
    let mut all = vec![
        ("FUNCTIONS_CUSTOMHANDLER_PORT", number.as_str()),
        ("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", worker),
        ("FUNCTIONS_HTTPWORKER_PORT", number.as_str()),
        ("FUNCTIONS_HTTPWORKER_ID", worker),
        ("FUNCTIONS_APP_ROOT_PATH", root.to_str().unwrap()),
        ("CLOUDSMETS_DATA_DIR", data.to_str().unwrap()),
    ];
    let chooses_authentication = |(name, _): &(String, String)| {
        matches!(name.as_str(), "DASHBOARD_AUTH" | "WEBSITE_SITE_NAME")
    };
    if !settings.iter().any(chooses_authentication) {
        all.extend([("DASHBOARD_AUTH", "password"), ("DASHBOARD_PASSWORD", PASSWORD)]);
    }
    all.extend(settings.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let mut program = match package {
        Some(folder) => Program::start_in_own_directory(&executable(folder), &all),
        None => Program::start(&[], &all),
    };
    let started = Instant::now();
    loop {
        if program.exit_status().is_some() {
            assert!(program.stderr().contains("cannot be bound"), "{}", program.stderr());
            return None;
        }
        match Connection::open(port) {
            // Any status means ready; an accepted connection without a reply does not.
            Ok(mut probe) => match probe.round_trip(&head("GET", "/", &[])) {
                Ok(_) => return Some((program, port)),
                Err(error) => panic!("GET / got no reply: {error}"),
            },
            Err(_) => assert!(started.elapsed() < START_TIMEOUT, "the handler never became ready"),
        }
        thread::sleep(PROBE_INTERVAL);
    }
}

/// Returns the value of an `Authorization` header.
pub(crate) fn basic_credentials(password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("somebody:{password}")))
}

/// The executable that `host.json` names.
fn executable(package: &Path) -> PathBuf {
    let host = fs::read(package.join("host.json")).unwrap();
    let host: serde_json::Value = serde_json::from_slice(&host).unwrap();
    let name = &host["customHandler"]["description"]["defaultExecutablePath"];
    package.join(name.as_str().unwrap())
}
