//! Lighthouse audits of each kind of page on a phone: accessibility, best practices and bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::Demo;
use super::chromium::find_executable;
use crate::host::{Connection, head};
use crate::prerequisites::skip_without;
use crate::release::PublishedSite;

/// Bytes that a page may transfer, compressed and with its style sheet, script and icon. The largest
/// page, a year of two fuels with 730 linked days, has about half of it.
const MAX_TRANSFERRED_BYTES: u64 = 40_000;

/// `--disable-quic` and the background switches keep Chromium from requests of its own.
const CHROMIUM_FLAGS: &str = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage";

/// A switch of Chromium.
const DARK: &str = "--blink-settings=preferredColorScheme=0";

struct Lighthouse {
    program: PathBuf,
    browser: PathBuf,
    temporary: TempDir,
}

impl Lighthouse {
    /// Finds Lighthouse, which `cargo xtask test` installs below `target`. Prints a line and returns
    /// `None` if it or Chromium is not installed.
    fn find() -> Option<Self> {
        let own = "target/tools/npm/node_modules/.bin/lighthouse";
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(own);
        let program = if own.is_file() { Some(own) } else { find_executable(&["lighthouse"]) };
        let browser = find_executable(&["chromium", "chromium-browser", "google-chrome"]);
        let node = find_executable(&["node"]);
        let (Some(program), Some(browser), Some(_)) = (program, browser, node) else {
            skip_without("Lighthouse with Node.js and Chromium");
            return None;
        };
        Some(Self { program, browser, temporary: TempDir::new().unwrap() })
    }

    fn audit(&self, url: &str, colours: &str) -> Value {
        let report = self.temporary.path().join("report.json");
        let output = Command::new(&self.program)
            .args([url, "--quiet", "--output=json", "--disable-full-page-screenshot"])
            .args([
                "--only-categories=accessibility,best-practices",
                "--only-audits=network-requests",
            ])
            // The audits do not depend on speed, so the network is not slowed down.
            .arg("--throttling-method=provided")
            .arg(format!("--chrome-flags={CHROMIUM_FLAGS} {colours}"))
            .arg(format!("--output-path={}", report.display()))
            .env("CHROME_PATH", &self.browser)
            .env("TMPDIR", self.temporary.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{url}: {stderr}");
        serde_json::from_slice(&fs::read(report).unwrap()).unwrap()
    }
}

/// The URLs of the demo's pages: the list of homes, and each kind of page of a home with solar panels.
fn pages(demo: &Demo) -> Vec<String> {
    let home = "/homes/demo-cottage";
    let port = demo.address.rsplit_once(':').unwrap().1.parse().unwrap();
    let newest = |period: &str| {
        let request = head("GET", &format!("/dashboard{home}/{period}"), &[]);
        let reply = Connection::open(port).unwrap().round_trip(&request).unwrap();
        format!("http://{}{}", demo.address, reply.header("location").unwrap())
    };
    let periods = ["day", "week", "month", "year"].map(newest);
    [demo.page(""), demo.page(home)].into_iter().chain(periods).collect()
}

fn failed_audits(report: &Value) -> Vec<String> {
    let audits = report["audits"].as_object().unwrap().values();
    let failed = audits.filter(|audit| audit["score"].as_f64().is_some_and(|score| score < 1.0));
    failed.map(|audit| format!("{}: {}", audit["id"], audit["details"]["items"])).collect()
}

fn assert_scores_100(url: &str, report: &Value) {
    for category in ["accessibility", "best-practices"] {
        let score = &report["categories"][category]["score"];
        assert_eq!(score.as_f64(), Some(1.0), "{url}, {category}: {:?}", failed_audits(report));
    }
}

/// Nothing but the style sheet may delay the first display of a page. Scripts are deferred
/// (`dashboard::pages`).
fn assert_transfers_little(url: &str, report: &Value) {
    let requests = report["audits"]["network-requests"]["details"]["items"].as_array().unwrap();
    let bytes: u64 = requests.iter().map(|request| request["transferSize"].as_u64().unwrap()).sum();
    let of_type =
        |kind: &str| requests.iter().filter(|request| request["resourceType"] == kind).count();
    eprintln!("{url}: {bytes} bytes in {} requests", requests.len());
    assert!(bytes <= MAX_TRANSFERRED_BYTES, "{url}: {bytes} bytes");
    assert_eq!((of_type("Document"), of_type("Stylesheet")), (1, 1), "{url}: {requests:?}");
    assert!(of_type("Script") <= 1 && of_type("Font") == 0, "{url}: {requests:?}");
}

#[test]
fn every_kind_of_page_scores_100_in_lighthouse_and_transfers_few_bytes() {
    let Some(lighthouse) = Lighthouse::find() else { return };
    let demo = Demo::start();
    let pages = pages(&demo);
    for url in &pages {
        let report = lighthouse.audit(url, "");
        assert_scores_100(url, &report);
        assert_transfers_little(url, &report);
    }
    // The year page shows text on every shade, which the dark colours change.
    let year = pages.last().unwrap();
    assert_scores_100(year, &lighthouse.audit(year, DARK));
}

#[test]
fn every_page_of_the_release_site_scores_100_in_lighthouse() {
    let Some((lighthouse, site)) = Lighthouse::find().zip(PublishedSite::start()) else { return };
    // The list of versions has the most colours.
    let audits =
        [("index.html", ""), ("index.html", DARK), ("verify.html", DARK), ("install.html", "")];
    for (page, colours) in audits {
        let url = site.address(page);
        assert_scores_100(&url, &lighthouse.audit(&url, colours));
    }
}
