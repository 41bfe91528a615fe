//! Chromium and chromedriver, which end with the test.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::host::{Connection, free_port, head, post};
use crate::prerequisites::skip_without;

/// Both processes, with a temporary profile.
pub(super) struct Chromium {
    driver: Child,
    port: u16,
    browser: PathBuf,
    profile: TempDir,
    session: Mutex<Option<String>>,
}

pub(super) fn find_executable(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let directories = std::env::split_paths(&path);
    directories
        .flat_map(|directory| names.iter().map(move |name| directory.join(name)))
        .find(|p| p.is_file())
}

impl Chromium {
    /// Starts chromedriver. Prints a line and returns `None` if it is not installed.
    pub(super) fn start() -> Option<Self> {
        let found = find_executable(&["chromium", "chromium-browser", "google-chrome"]);
        let Some((browser, driver)) = found.zip(find_executable(&["chromedriver"])) else {
            skip_without("Chromium with its driver");
            return None;
        };
        let port = free_port();
        let mut command = Command::new(driver);
        command.arg(format!("--port={port}")).stdin(Stdio::null());
        let driver = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let profile = TempDir::new().unwrap();
        let mut chromium = Self { driver, port, browser, profile, session: Mutex::new(None) };
        let started = Instant::now();
        while Connection::open(port).is_err() {
            assert_eq!(chromium.driver.try_wait().unwrap(), None, "chromedriver ended");
            assert!(started.elapsed() < Duration::from_secs(30), "chromedriver does not respond");
            thread::sleep(Duration::from_millis(25));
        }
        Some(chromium)
    }

    pub(super) async fn connect(&self) -> Client {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            // A name that is not secure over HTTP, unlike a loopback address.
            "--host-resolver-rules=MAP plain.example 127.0.0.1",
            &profile,
        ];
        let capabilities = json!({
            "goog:chromeOptions": {"binary": self.browser, "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        let address = format!("http://127.0.0.1:{}", self.port);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&address).await.unwrap();
        *self.session.lock().unwrap() = client.session_id().await.unwrap();
        client
    }

    /// Sends a command of the `DevTools` protocol.
    pub(super) fn command(&self, command: &str, parameters: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// Sets the size of the page exactly, without the frame of the window.
    pub(super) fn resize(&self, width: u32, height: u32) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", &size);
    }

    pub(super) fn disable_cache(&self) {
        self.command("Network.enable", &json!({}));
        self.command("Network.setCacheDisabled", &json!({"cacheDisabled": true}));
    }

    /// Lets downloads fail whose address matches a pattern.
    pub(super) fn block_downloads(&self, patterns: &[&str]) {
        self.command("Network.enable", &json!({}));
        self.command("Network.setBlockedURLs", &json!({"urls": patterns}));
    }

    /// Lets downloads wait whose address matches a pattern.
    pub(super) fn hold_downloads(&self, pattern: &str) {
        self.command("Fetch.enable", &json!({"patterns": [{"urlPattern": pattern}]}));
    }

    /// Continues the downloads that wait.
    pub(super) fn release_downloads(&self) {
        self.command("Fetch.disable", &json!({}));
    }

    /// Runs a script before the scripts of every page.
    pub(super) fn run_on_every_page(&self, script: &str) {
        self.command("Page.addScriptToEvaluateOnNewDocument", &json!({"source": script}));
    }

    /// Returns the console messages since the last call.
    pub(super) fn console_messages(&self) -> Vec<Value> {
        let log = self.post("se/log", &json!({"type": "browser"}));
        log["value"].as_array().unwrap().clone()
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let session = self.session.lock().unwrap().clone().unwrap();
        let target = format!("/session/{session}/{command}");
        let request = post(&target, body.to_string().as_bytes());
        let reply = Connection::open(self.port).unwrap().round_trip(&request).unwrap();
        assert_eq!(reply.status, 200, "{command}: {}", reply.text());
        reply.json()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // A failed test has not closed its browser.
        let session = self.session.lock().ok().and_then(|mut session| session.take());
        if let (Some(session), Ok(mut connection)) = (session, Connection::open(self.port)) {
            let _ = connection.round_trip(&head("DELETE", &format!("/session/{session}"), &[]));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let profile = self.profile.path().to_string_lossy().into_owned();
        for process in processes_of(&profile) {
            let _ = Command::new("sh").args(["-c", "kill -KILL \"$1\"", "sh", &process]).status();
        }
    }
}

/// Ids of the processes whose command line contains this browser's profile.
fn processes_of(profile: &str) -> Vec<String> {
    let Ok(all) = fs::read_dir("/proc") else { return Vec::new() };
    let names = all.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|name| {
            let line = fs::read(format!("/proc/{name}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(profile)
        })
        .collect()
}
