//! Tests of the pages in a browser: they fit the screen, log no errors and need no script. The tests
//! print a line and are skipped if Chromium is not installed.

mod assertions;
mod chromium;
mod installation;
mod lighthouse;
mod release_site;

use std::fs;
use std::path::PathBuf;

use fantoccini::{Client, Locator};
use serde_json::json;
use tempfile::TempDir;

use crate::host::{Program, free_port};
use assertions::{assert_fits_width, assert_no_console_errors};
use chromium::Chromium;

/// A phone and a laptop, in CSS pixels.
const SCREENS: [(&str, u32, u32); 2] = [("phone", 390, 844), ("laptop", 1280, 900)];

/// The demo, with a temporary directory of its own.
struct Demo {
    _program: Program,
    _temporary: TempDir,
    address: String,
}

impl Demo {
    fn start() -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let temporary = TempDir::new().unwrap();
        let settings = [("TMPDIR", temporary.path().to_str().unwrap())];
        let mut program = Program::start(&["demo", "--listen", &address], &settings);
        crate::lifecycle::wait_until_ready(&mut program, &address);
        Self { _program: program, _temporary: temporary, address }
    }

    fn page(&self, path: &str) -> String {
        format!("http://{}/dashboard{path}", self.address)
    }
}

/// Names and URLs of all pages: the list of homes and, for each home, the pages that its tabs link to.
async fn page_addresses(client: &Client, demo: &Demo) -> Vec<(String, String)> {
    client.goto(&demo.page("")).await.unwrap();
    let script = "return Array.from(document.querySelectorAll(arguments[0]), a => a.href)";
    let links = async |selector: &str| -> Vec<String> {
        let links = client.execute(script, vec![json!(selector)]).await.unwrap();
        serde_json::from_value(links).unwrap()
    };
    let homes = links(".homes h2 a").await;
    assert_eq!(homes.len(), 2);
    let mut pages = vec![("homes".to_owned(), demo.page(""))];
    for (home, address) in homes.iter().enumerate() {
        client.goto(address).await.unwrap();
        let tabs = links(".tabs a").await;
        assert_eq!(tabs.len(), 5);
        let names = ["now", "day", "week", "month", "year"];
        pages.extend(names.iter().zip(tabs).map(|(name, tab)| (format!("{name}-{home}"), tab)));
    }
    pages
}

fn save_screenshot(name: &str, screenshot: &[u8]) {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join(format!("{name}.png")), screenshot).unwrap();
}

#[tokio::test]
async fn every_page_fits_a_phone_and_a_laptop_without_console_errors() {
    let Some(chromium) = Chromium::start() else { return };
    let demo = Demo::start();
    let client = chromium.connect().await;
    let pages = page_addresses(&client, &demo).await;
    for (screen, width, height) in SCREENS {
        chromium.resize(width, height);
        for (name, address) in &pages {
            client.goto(address).await.unwrap();
            assert_fits_width(&client, address, width).await;
            assert_no_console_errors(&chromium, address);
            save_screenshot(&format!("{name}-{screen}"), &client.screenshot().await.unwrap());
        }
    }
    client.close().await.unwrap();
}

#[tokio::test]
async fn the_now_page_is_refreshed_by_its_script() {
    let Some(chromium) = Chromium::start() else { return };
    let demo = Demo::start();
    let client = chromium.connect().await;
    let pages = page_addresses(&client, &demo).await;
    client.goto(&pages[1].1).await.unwrap();
    // The script requests data when the page becomes visible again.
    let refreshed = "const done = arguments[arguments.length - 1];
        const asked = () => performance.getEntriesByType('resource').some(e => e.name.endsWith('/live'));
        const seen = new PerformanceObserver(() => { if (asked()) done(true); });
        seen.observe({ entryTypes: ['resource'] });
        document.dispatchEvent(new Event('visibilitychange'));";
    assert_eq!(client.execute_async(refreshed, Vec::new()).await.unwrap(), true);
    assert_no_console_errors(&chromium, &pages[1].1);
    client.close().await.unwrap();
}

#[tokio::test]
async fn pages_show_their_figures_and_charts_without_script() {
    let Some(chromium) = Chromium::start() else { return };
    let demo = Demo::start();
    let client = chromium.connect().await;
    let pages = page_addresses(&client, &demo).await;
    chromium.command("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    for (name, address) in &pages {
        client.goto(address).await.unwrap();
        let chart = client.find(Locator::Css("svg.bars, svg.spark")).await.unwrap();
        let (_, _, width, height) = chart.rectangle().await.unwrap();
        assert!(width > 100.0 && height > 20.0, "{name}: {width} x {height}");
        let figures = client.find_all(Locator::Css("main b")).await.unwrap();
        assert!(!figures.is_empty(), "{name}");
        for figure in figures {
            assert_ne!(figure.text().await.unwrap(), "", "{name} has an empty figure");
        }
    }
    client.close().await.unwrap();
}
